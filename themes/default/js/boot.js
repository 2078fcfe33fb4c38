/* Before the first paint: that scripts run, and the chosen theme. Inlined in <head>. */
{const d=document.documentElement.dataset;d.script='';try{const t=localStorage.getItem('roadmap-site/theme');if(t==='light'||t==='dark')d.theme=t}catch{}}
