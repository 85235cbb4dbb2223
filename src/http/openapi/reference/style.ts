// How the reference looks: one column, light or dark as the reader has it, nothing loaded.

export const STYLE = `
:root { color-scheme: light dark; --line: #8885; --soft: light-dark(#555, #aaa); --block: #8881; --link: light-dark(#0550ae, #79b8ff) }
* { box-sizing: border-box }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 56rem; margin: 0 auto; padding: 1rem }
a { color: var(--link) }
code { font: .9em ui-monospace, monospace; background: var(--block); padding: .1em .3em; border-radius: .2em; overflow-wrap: anywhere }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line) }
h3 { margin-top: 2.5rem; overflow-wrap: anywhere }
h3 code { background: none; padding: 0; font-size: 1em }
h4 { margin: 1rem 0 .25rem }
p, dl, ul { margin: .25rem 0 }
dt { margin-top: .5rem }
dd { margin-left: 1.5rem }
dd dl, dd ul { padding-left: 0 }
.soft { color: var(--soft) }
.notice { border-left: .3rem solid #c50; padding: .25rem .75rem; background: var(--block) }
nav ul { list-style: none; padding-left: 0 }
nav li { margin: .15rem 0 }
.method { display: inline-block; min-width: 3.2em; font-weight: 600 }
`;
