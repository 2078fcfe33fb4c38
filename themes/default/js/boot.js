/* Before the first paint: that scripts run, until one cannot be had; and the chosen theme. Inlined
   in <head>. Then, for 404.html without its style, where the site seems to be: below its
   repository's name, or at /. */
{const d=document.documentElement.dataset;d.script='';addEventListener('error',e=>e.target instanceof HTMLScriptElement&&delete d.script,true);try{const t=localStorage.getItem('roadmap-site/theme');if(t==='light'||t==='dark')d.theme=t}catch{}}
addEventListener('DOMContentLoaded',()=>{const e=document.querySelector('[data-base]');if(e)e.textContent=location.origin+(/\.git(hub|lab)\.io$/.test(location.hostname)?'/'+location.pathname.split('/')[1]:'')+'/'})
