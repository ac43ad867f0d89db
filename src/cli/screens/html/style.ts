/** The whole style sheet. `print` comes last, and prints light whatever the screen is. */
export const STYLE = `
:root{color-scheme:light dark;
--paper:#f6f7f9;--card:#fff;--ink:#18212d;--soft:#525e6e;--line:#d5dae1;--hover:#eef2f7;
--blue:#1d5bb8;--blue-fill:#e9f1fc;--green:#17703f;--green-fill:#e6f5ec;--bad:#b3261e;--choice:#8a5300;--loss:#6a43a8;--good:#17703f;--focus:#1d5bb8;--mark:#fff3cf;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",sans-serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{
--paper:#11151a;--card:#181d24;--ink:#e3e8ef;--soft:#a0acbb;--line:#323b47;--hover:#212832;
--blue:#86b4ff;--blue-fill:#1a2940;--green:#74d09b;--green-fill:#16301f;--bad:#ff8f86;--choice:#f0b653;--loss:#c3a6f7;--good:#74d09b;--focus:#86b4ff;--mark:#3c3212}}
*{box-sizing:border-box}
html{scroll-padding-top:3.2rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.5 var(--sans);font-variant-numeric:tabular-nums}
h1,h2,h3,h4,p,ul,ol,dl,dd,figure{margin:0}
ul,ol{padding:0;list-style:none}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.18em}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:2px}
code,.name{font-family:var(--mono);font-size:.92em;unicode-bidi:isolate;overflow-wrap:anywhere}
p,dd,small,td,th,li,figcaption,summary{overflow-wrap:anywhere}
small{display:block;color:var(--soft);font-size:12px;line-height:1.45}
[hidden]{display:none!important}
.icon{width:.86em;height:.86em;flex:none;vertical-align:-.06em}
.sign{display:inline-flex;align-items:baseline;gap:.36em;white-space:nowrap}
.sign .icon{position:relative;top:.06em}
.bad{color:var(--bad)}.choice{color:var(--choice)}.loss{color:var(--loss)}.quiet{color:var(--soft)}.good{color:var(--good)}
.none,.count,.hint{color:var(--soft)}
.count{font-weight:400;font-size:12px;margin-left:.35em}
.hint{font-size:13px;max-width:48rem}
.skip{position:absolute;left:-99rem}
.skip:focus{left:8px;top:8px;background:var(--card);padding:6px 10px;z-index:3}
header,main,footer{max-width:1440px;margin:0 auto;padding:0 24px}
header{padding-top:22px;padding-bottom:14px}
.product{font-size:12px;color:var(--soft);letter-spacing:.01em}
h1{font-size:23px;line-height:1.25;font-weight:650;letter-spacing:-.01em;text-wrap:balance;overflow-wrap:anywhere}
h1 .name{font-size:.94em}
.when{color:var(--soft);font-size:13px;margin-top:2px;overflow-wrap:anywhere}
nav{position:sticky;top:0;z-index:2;background:var(--paper);border-bottom:1px solid var(--line)}
nav ul{display:flex;gap:2px 4px;max-width:1440px;margin:0 auto;padding:5px 16px;overflow-x:auto;scrollbar-width:thin}
nav a{display:block;padding:4px 8px;text-decoration:none;white-space:nowrap;border-radius:4px;font-size:13px}
nav a:hover{background:var(--hover)}
main>section{margin:26px 0 0;scroll-margin-top:3rem}
h2{font-size:17px;font-weight:650;letter-spacing:-.005em;margin-bottom:8px}
h3{font-size:14px;font-weight:650;margin:16px 0 6px}
h4{font-size:13.5px;font-weight:600}
.lead{color:var(--soft);max-width:52rem;margin:-4px 0 10px}
.card,.verdict,article.code,.proposals article{background:var(--card);border:1px solid var(--line);border-radius:6px}
.verdict{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 16px;padding:12px 16px;border-left:5px solid currentColor}
.verdict p{color:var(--ink)}
.verdict .verdict-word{font-size:18px;font-weight:650}
.verdict .verdict-word .sign{color:inherit}
.verdict.bad .verdict-word{color:var(--bad)}.verdict.choice .verdict-word{color:var(--choice)}.verdict.good .verdict-word{color:var(--good)}
.severities{display:flex;flex-wrap:wrap;gap:4px 22px;padding:10px 2px 0;font-size:13.5px}
.severities li{display:inline-flex;gap:6px;align-items:baseline}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:6px;overflow:hidden;margin-top:12px}
.numbers>div{background:var(--card);padding:8px 14px 9px;display:grid;grid-template-columns:auto minmax(0,1fr);column-gap:7px;align-items:baseline;align-content:start}
.numbers dt{grid-area:1/2;font-size:13.5px}
.numbers dd{grid-area:1/1;font-size:21px;font-weight:620;letter-spacing:-.01em}
.numbers dd.more{grid-area:2/1/3/3;font-size:12px;font-weight:400;letter-spacing:0;color:var(--soft)}
.next{counter-reset:step;background:var(--card);border:1px solid var(--line);border-radius:6px}
.next li{counter-increment:step;padding:8px 16px 8px 44px;position:relative}
.next li+li{border-top:1px solid var(--line)}
.next li::before{content:counter(step);position:absolute;left:16px;color:var(--soft);font-weight:600}
.next a{font-weight:620}
.next code{font-size:.88em}
.chips{display:flex;flex-wrap:wrap;gap:4px}
.chips .name{display:inline-block;max-width:100%;padding:1px 7px;border:1px solid var(--line);border-radius:4px;background:var(--card);text-decoration:none}
.chips a.name:hover{border-color:var(--soft)}
a.name.selected,.chips a.name.selected{background:var(--mark);border-color:var(--choice)}
.graphs{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:12px}
figure{background:var(--card);border:1px solid var(--line);border-radius:6px;min-width:0;display:flex;flex-direction:column}
figcaption{padding:8px 14px;border-bottom:1px solid var(--line);font-size:13px;color:var(--soft)}
figcaption b{font-size:14px}
figcaption.blue b{color:var(--blue)}figcaption.green b{color:var(--green)}
.viewport{overflow:auto;max-height:78vh;scrollbar-width:thin;flex:1}
.drawing{display:block;margin:0 auto;height:auto}
.graph-size{display:flex;flex-wrap:wrap;gap:6px 18px;align-items:center;margin-bottom:8px;font-size:13px}
.graph-size label{display:inline-flex;align-items:center;gap:6px;min-width:0;max-width:100%}
.graph-size fieldset{display:flex;gap:4px 12px;align-items:center}
fieldset{border:0;padding:0;margin:0;min-width:0}
legend{float:left;padding:0;margin-right:10px;color:var(--soft)}
.drawing text{fill:var(--ink);unicode-bidi:isolate}
.drawing .heading{fill:var(--soft);font:600 11.5px var(--sans)}
.drawing .name{font:600 12px var(--mono)}
.drawing .detail{font:11px var(--mono);fill:var(--soft)}
.drawing.compact .name{font-weight:400}
.band{fill:none;stroke:var(--soft);stroke-dasharray:2 4}
.edge .line{fill:none;stroke:var(--soft);stroke-width:1.4;opacity:.75}
.edge .head{fill:var(--soft)}
.compact .edge .line{stroke-width:1;opacity:.45}
.compact .edge .head{opacity:.6}
.edge.guessed .line{stroke-dasharray:5 4}
.edge.circle .line{stroke:var(--choice);stroke-width:2}
.edge.circle .head{fill:var(--choice)}
.node .body{fill:var(--card);stroke:var(--soft);stroke-width:1.2}
.node.blue .body{fill:var(--blue-fill);stroke:var(--blue)}
.node.blue .envoy{fill:var(--blue)}
.node.green .body{fill:var(--green-fill);stroke:var(--green);stroke-width:1.6}
.node.stays .body{stroke:var(--bad);stroke-dasharray:3 3}
.node.stays .detail{fill:var(--bad)}
.node .entry{fill:none;stroke:var(--ink);stroke-width:1.8}
.node .entry{fill:var(--ink)}
.node .mark{fill:none;stroke:var(--choice);stroke-width:1.6}
a.node{cursor:pointer}
a.node:hover .body,a.node:focus-visible .body{stroke-width:2.6}
a.node:focus-visible{outline:none}
a.node:focus-visible .body{stroke:var(--focus);stroke-width:3.4}
.drawing.focused .edge{opacity:.1}
.drawing.focused .node{opacity:.28}
.drawing.focused .near{opacity:1}
.drawing.focused .edge.near .line{opacity:1;stroke:var(--ink);stroke-width:1.9}
.drawing.focused .edge.near .head{opacity:1;fill:var(--ink)}
.node.selected .body{fill:var(--mark);stroke-width:3}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin-top:10px;font-size:12.5px;color:var(--soft)}
.legend li{display:inline-flex;align-items:center;gap:7px}
.legend svg{flex:none}
.selection{display:flex;flex-wrap:wrap;gap:4px 14px;align-items:baseline;padding:7px 14px;margin:0 0 8px;border:1px solid var(--choice);border-radius:6px;background:var(--mark)}
.wide{overflow-x:auto;border:1px solid var(--line);border-radius:6px;background:var(--card)}
details .wide{margin-top:8px}
table+.hint,.wide+.hint{margin-top:6px}
.services col:nth-child(1),.services col:nth-child(5){width:20.5%}
.services col:nth-child(2),.services col:nth-child(3){width:15%}
.services col:nth-child(6){width:13%}
.services col:nth-child(4){width:8%}
.services table{table-layout:fixed}
table{border-collapse:collapse;width:100%;font-size:13px}
caption{text-align:left;color:var(--soft);padding:8px 12px 6px}
th,td{text-align:left;vertical-align:top;padding:7px 12px;border-top:1px solid var(--line);font-weight:400}
thead th{font-weight:600;font-size:12.5px;color:var(--soft);white-space:nowrap}
tbody th{font-weight:500}
tbody th small{font-weight:400}
.numeric{text-align:right}
td .unit,th .unit{display:inline}
tbody tr:hover{background:var(--hover)}
tr.selected,tr:target{background:var(--mark)!important;box-shadow:inset 4px 0 0 var(--choice)}
tr.total th,tr.total td{font-weight:650;border-top:2px solid var(--line)}
.entry-line{display:flex;gap:5px;align-items:baseline}
.counts{display:inline-flex;flex-wrap:wrap;gap:2px 10px;text-decoration:none}
.counts:hover{text-decoration:underline}
.waves>li{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:2px 12px;padding:7px 0;border-top:1px solid var(--line)}
.waves>li:first-child{border-top:0}
.waves h3{margin:0}
.cycles li{margin-top:4px}
.proposals{display:grid;gap:10px}
.proposals article{padding:12px 16px}
.proposals h3{margin:0 0 8px}
.facts{display:grid;gap:5px}
.facts>div{display:grid;grid-template-columns:6.5rem minmax(0,1fr);gap:10px}
.facts dt,.gaps dt{color:var(--soft)}
.filter{display:flex;flex-wrap:wrap;gap:8px 18px;align-items:center;padding:9px 14px;margin-bottom:4px;border:1px solid var(--line);border-radius:6px;background:var(--card);font-size:13px}
.filter fieldset{display:flex;flex-wrap:wrap;gap:4px 14px}
.filter label{display:inline-flex;align-items:center;gap:6px;min-width:0;max-width:100%}
.filter .count{margin:0}
select,input[type=search],button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:4px;padding:3px 7px;min-width:0;max-width:15rem}
input[type=checkbox],input[type=radio]{accent-color:var(--focus);margin:0}
button{cursor:pointer}
button:hover{background:var(--hover)}
output{color:var(--soft)}
.severity h3{font-size:15px;margin-top:20px}
.severity>.hint{margin:-4px 0 8px}
article.code{padding:10px 16px 11px;margin-top:8px}
article.code .text{margin-top:6px}
article.code .text+.text{border-top:1px dashed var(--line);padding-top:7px}
.message,.instead{max-width:62rem}
.instead b{font-weight:600;color:var(--soft)}
.places{display:flex;flex-wrap:wrap;gap:2px 16px;margin-top:4px;font-size:13px}
.places .told{flex:1 0 100%}
details{margin-top:4px}
summary{cursor:pointer;color:var(--soft);width:fit-content;max-width:100%}
.gaps>div{display:grid;grid-template-columns:minmax(10rem,20rem) minmax(0,1fr);gap:2px 14px;padding:5px 0;border-top:1px solid var(--line)}
footer{color:var(--soft);font-size:12.5px;padding-top:30px;padding-bottom:32px}
@media (min-width:761px){
.tall{max-height:82vh;overflow:auto;scrollbar-width:thin}
.tall thead th{position:sticky;top:0;background:var(--card);border-top:0;box-shadow:0 1px 0 var(--line);z-index:1}
}
@media (max-width:900px){.graphs{grid-template-columns:minmax(0,1fr)}}
@media (max-width:760px){
header,main,footer{padding-left:14px;padding-right:14px}
nav ul{padding:5px 8px}
.numbers{grid-template-columns:repeat(2,minmax(0,1fr))}
.numbers>div:last-child:nth-child(odd){grid-column:span 2}
.waves>li,.facts>div,.gaps>div{grid-template-columns:minmax(0,1fr)}
.facts>div{gap:0}
table,caption,tbody,tr,th,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{border-top:1px solid var(--line);padding:8px 0}
th,td{border:0;padding:2px 12px}
tbody th{font-size:14px;font-weight:600}
td{display:grid;grid-template-columns:6.8rem minmax(0,1fr);gap:8px}
td::before{content:attr(data-heading);color:var(--soft)}
.numeric{text-align:left}
.filter{gap:8px 12px}
.filter>label{width:100%;justify-content:space-between}
select,input[type=search]{flex:1;max-width:none}
.filter>label select,.filter>label input[type=search]{max-width:70%}
}
@media (prefers-reduced-motion:no-preference){.edge,.node{transition:opacity .12s}}
@media (forced-colors:active){.node .body{fill:Canvas;stroke:CanvasText}.edge .line{stroke:CanvasText}.drawing text{fill:CanvasText}}
@media print{
:root{color-scheme:light;--paper:#fff}
body{font-size:11px}
nav,.filter,.graph-size,.selection,.skip{display:none!important}
header,main,footer{max-width:none;padding-left:0;padding-right:0}
.graphs{grid-template-columns:minmax(0,1fr)}
.viewport{max-height:none;overflow:visible}
.drawing{width:100%!important;min-width:0!important;max-width:100%}
.wide{overflow:visible;max-height:none}
.tall thead th{position:static}
article,figure,tr,.next li{break-inside:avoid}
h2,h3{break-after:avoid}
details::details-content{content-visibility:visible;height:auto}
}
`;

/**
 * How large the drawings are: `normal` shrinks a graph a little to fit and lets the rest scroll, `whole` shows all of it however small,
 * `large` half as large again. Chosen by the radio buttons alone, without a script.
 */
export const drawingStyle = (width: number): string => `
.drawing{width:100%;max-width:${width}px;min-width:${Math.round(width * 0.82)}px}
#graph:has(#size-whole:checked) .drawing{min-width:0}
#graph:has(#size-large:checked) .drawing{width:${Math.round(width * 1.5)}px;max-width:none}
`;
