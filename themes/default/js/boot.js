/* The chosen theme, before the first paint. Inlined in <head>. */
try{const t=localStorage.getItem('roadmap-site/theme');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch{}
