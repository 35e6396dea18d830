(()=>{"use strict";const d=document,r=d.documentElement,$=(s)=>[...d.querySelectorAll(s)];
$(".controls").forEach((c)=>c.hidden=false);
const scheme=d.getElementById("scheme");if(scheme)scheme.addEventListener("click",()=>{const dark=(r.dataset.scheme||(matchMedia("(prefers-color-scheme:dark)").matches?"dark":"light"))==="dark";r.dataset.scheme=dark?"light":"dark"});
const tables=d.getElementById("tables");if(tables)tables.addEventListener("click",()=>{const open=tables.getAttribute("aria-pressed")!=="true";tables.setAttribute("aria-pressed",open);$("figure details").forEach((x)=>x.open=open)});
$("input[data-filter]").forEach((box)=>box.addEventListener("input",()=>{const words=box.value.toLowerCase();let shown=0;d.querySelectorAll("#"+box.dataset.filter+" tbody tr").forEach((row)=>{row.hidden=!row.textContent.toLowerCase().includes(words);if(!row.hidden)shown++});box.nextElementSibling.textContent=shown+" rows"}));
})();
