/* Before the first paint: that scripts run, until one cannot be had; and the chosen theme. Inlined in <head>. */
{const d=document.documentElement.dataset;d.script='';addEventListener('error',e=>e.target instanceof HTMLScriptElement&&delete d.script,true);try{const t=localStorage.getItem('roadmap-site/theme');if(t==='light'||t==='dark')d.theme=t}catch{}}
