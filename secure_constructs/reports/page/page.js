"use strict";

// Draws the map and answers the reader. Every text of a template is set as text, never as markup;
// things of the map are known by their numbers, never by names that a template chose.
(() => {
  const { map, icons } = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const SVG = "http://www.w3.org/2000/svg";
  const SMALL = 80;
  const LEGIBLE = 0.64;
  const WIDE = 172;
  const TEXT = 128;
  const EDGE = 28;
  const FRAME = 52;
  const GAP = 60;
  const MOST = 1000;
  // How much shorter an edge should be: what comes in lies near where it comes from.
  const WEIGHT = { request: 60, handover: 8, invoke: 4, write: 1, read: 1, assume: 1, control: 1, identity: 4 };

  const nodeNumber = new Map(map.nodes.map((node, number) => [node.id, number]));
  const edgeNumber = new Map(map.edges.map((edge, number) => [edge.id, number]));
  const verdicts = new Map(map.verdicts.map((words) => [words.id, words]));
  const risks = new Map(map.risks.map((words) => [words.id, words.words]));
  // A role that one workload alone acts with is drawn as that workload.
  const holder = map.nodes.map((node, number) => (node.inside === null ? number : nodeNumber.get(node.inside)));
  const folded = map.nodes.map(() => []);
  for (const [number, at] of holder.entries()) if (at !== number) folded[at].push(number);
  const edges = map.edges.map((edge, number) => {
    const [from, to] = [nodeNumber.get(edge.source), nodeNumber.get(edge.target)];
    const [start, end] = [holder[from], holder[to]];
    return { ...edge, number, from, to, start, end, drawn: start !== end || edge.flow !== "identity" };
  });
  // Edges that nothing tells apart are drawn as the first of them.
  const bundles = map.bundles.map((bundle) => ({ ...bundle, edges: bundle.edges.map((id) => edgeNumber.get(id)) }));
  const bundleOf = new Map(bundles.flatMap((bundle) => bundle.edges.map((number) => [number, bundle])));
  const drawnAs = (number) => bundleOf.get(number)?.edges[0] ?? number;
  const isFirst = (edge) => drawnAs(edge.number) === edge.number;
  const labelOf = (edge) => bundleOf.get(edge.number)?.words || edge.label;
  const found = map.nodes.map((node, number) => [...node.findings, ...folded[number].flatMap((role) => map.nodes[role].findings)]);
  const inputs = map.inputs.map((way, number) => ({
    ...way,
    number,
    at: nodeNumber.get(way.function),
    edges: way.path.map((id) => edgeNumber.get(id)),
    cut: way.cut === null ? null : edgeNumber.get(way.cut.edge),
    remedy: way.cut,
  }));
  const exposures = map.exposures.map((exposure, number) => ({
    ...exposure, number, at: nodeNumber.get(exposure.target), edges: exposure.path.map((id) => edgeNumber.get(id)), cut: null,
  }));
  const findings = map.findings.map((finding, number) => ({
    ...finding, number, at: finding.node === null ? null : nodeNumber.get(finding.node),
  }));
  const leaving = map.nodes.map(() => []);
  const entering = map.nodes.map(() => []);
  for (const edge of edges) {
    leaving[edge.from].push(edge);
    entering[edge.to].push(edge);
  }

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  // Words ----------------------------------------------------------------------------------------

  function shortened(text, most) {
    const letters = Array.from(text.slice(0, 4 * most + 64));
    if (letters.length <= most && text.length <= 4 * most + 64) return text;
    const tail = (most - 1) >> 1;
    const end = Array.from(text.slice(-4 * most)).slice(-tail).join("");
    return letters.slice(0, most - 1 - tail).join("") + "\u2026" + end;
  }

  // Leaves out the middle of what is wider than a node.
  const pen = document.createElement("canvas").getContext("2d");
  const sans = token("sans");
  const measured = new Map();
  function fitting(text, weight = 400) {
    const key = `${weight} ${text.slice(0, 90)}${text.length}`;
    if (measured.has(key)) return measured.get(key);
    pen.font = `${weight} 12.5px ${sans}`;
    let most = 44;
    let cut = shortened(text, most);
    while (most > 6 && pen.measureText(cut).width > TEXT) cut = shortened(text, most -= 1);
    measured.set(key, cut);
    return cut;
  }

  const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
  const place = (source) => (source ? `${source.file}:${source.line}` : "");

  // What the page is made of ----------------------------------------------------------------------

  function element(tag, facts, ...inside) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(facts || {})) {
      if (name === "click") made.addEventListener("click", value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
    }
    made.append(...inside.flat(2).filter((part) => part !== null && part !== undefined && part !== ""));
    return made;
  }

  const named = (text) => element("bdi", text.length > 300 ? { class: "long", tabindex: "0" } : null, text);
  const link = (text, click) => element("button", { type: "button", class: "link", click }, named(shortened(text, 90)));

  function drawing(name, facts) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
    return made;
  }

  function iconOf(node, size = 22) {
    const frame = drawing("svg", { viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" });
    frame.append(drawing("path", {
      d: icons[node.icon], fill: "none", stroke: "currentColor", "stroke-width": 1.7,
      "stroke-linecap": "round", "stroke-linejoin": "round",
    }));
    return frame;
  }

  function verdictOf(id, words) {
    const verdict = verdicts.get(id);
    return element("span", { class: `verdict ${id}` },
      element("span", { "aria-hidden": "true" }, verdict.glyph), ` ${words || verdict.words}`);
  }

  const say = (text) => { byId("said").textContent = shortened(text, 300); };

  // What is asked for -----------------------------------------------------------------------------

  const asked = { text: "", verdicts: new Set(), severities: new Set(), risk: "" };
  let chosen = null;
  const revealed = new Set();

  const haystack = new WeakMap();
  function holds(thing, ...texts) {
    if (!asked.text) return true;
    if (!haystack.has(thing)) haystack.set(thing, texts.flat().join("\n").toLowerCase());
    return haystack.get(thing).includes(asked.text);
  }

  const findsText = (finding) => holds(finding, finding.rule, finding.message, finding.fix, finding.construct,
    finding.logical_id, finding.property, place(finding.source), finding.type);
  const nodeText = (node) => holds(node, node.label, node.construct, node.logical_id, node.type, place(node.source));
  const wayText = (way) => holds(way, way.entry, way.why, way.edges.map((number) => [
    edges[number].label, map.nodes[edges[number].from].label, map.nodes[edges[number].to].label,
    map.nodes[edges[number].to].construct, place(map.nodes[edges[number].to].source)]).flat());

  const findingAsked = (finding) =>
    (!asked.severities.size || asked.severities.has(finding.severity)) && (!asked.risk || asked.risk === finding.risk);
  const wayAsked = (way) => !asked.verdicts.size || asked.verdicts.has(way.verdict);
  const asksFindings = () => asked.severities.size > 0 || asked.risk !== "";
  const nodeAsked = (node) =>
    (!asksFindings() || found[nodeNumber.get(node.id)].some((number) => findingAsked(findings[number]))) &&
    (nodeText(node) || found[nodeNumber.get(node.id)].some((number) => findsText(findings[number])));
  const edgeAsked = (edge) =>
    (asksFindings() || asked.text !== "") &&
    edge.findings.some((number) => findingAsked(findings[number]) && findsText(findings[number]));

  function forward(starts) {
    const seen = new Set(starts);
    const found = new Set();
    const waiting = [...starts];
    while (waiting.length) {
      for (const edge of leaving[waiting.pop()]) {
        found.add(edge.number);
        if (!seen.has(edge.to)) {
          seen.add(edge.to);
          waiting.push(edge.to);
        }
      }
    }
    return found;
  }

  const isSound = (way) => way.verdict === "provenance" || way.verdict === "behind-waf";

  function endsOf(numbers) {
    const nodes = new Set();
    for (const number of numbers) nodes.add(edges[number].start).add(edges[number].end);
    return nodes;
  }

  // More nodes than a layout takes patience for: the worst inputs then, until a filter narrows them.
  function asManyAsFit(ways) {
    const shown = new Set();
    const nodes = new Set();
    for (const way of ways) {
      for (const number of way.edges) {
        shown.add(number);
        nodes.add(edges[number].start).add(edges[number].end);
      }
      if (nodes.size > MOST / 3) break;
    }
    return shown;
  }

  // How what is on some ways reaches stores, itself or by a role it shares.
  function dataBehind(shown) {
    const first = endsOf(shown);
    const acting = edges.filter((edge) => edge.drawn && edge.flow === "identity" && first.has(edge.start) && map.nodes[edge.to].logical_id);
    const sources = new Set([...first, ...acting.map((edge) => edge.end)]);
    const reaching = edges.filter((edge) => map.nodes[edge.to].kind === "store" && sources.has(edge.start));
    const used = new Set(reaching.map((edge) => edge.start));
    return [...reaching, ...acting.filter((edge) => used.has(edge.end))].map((edge) => edge.number);
  }

  function visibleEdges() {
    const extent = byId("extent").value;
    const everything = extent === "all";
    const ways = inputs.filter((way) => wayAsked(way) && (extent !== "unsound" || asked.verdicts.size || !isSound(way)));
    let shown;
    if (everything && !asked.verdicts.size) {
      shown = new Set(edges.keys());
    } else {
      shown = asManyAsFit(ways);
      if (everything) for (const number of forward(ways.map((way) => way.at))) shown.add(number);
      if (extent === "data") for (const number of dataBehind(shown)) shown.add(number);
    }
    for (const node of revealed) {
      for (const edge of [...leaving[node], ...entering[node]]) shown.add(edge.number);
    }
    return new Set([...shown].filter((number) => edges[number].drawn).map(drawnAs));
  }

  // The map ---------------------------------------------------------------------------------------

  const image = (svg) => `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;

  function stylesheet() {
    const colour = Object.fromEntries(["paper", "card", "ink", "soft", "line", "wire", "accent", "chosen",
      ...verdicts.keys(), ...map.severities].map((name) => [name, token(name)]));
    const icon = Object.fromEntries(Object.entries(icons).map(([name, path]) => [name, image(
      `<svg xmlns="${SVG}" viewBox="0 0 24 24" width="48" height="48"><path fill="none" stroke="${colour.soft}" ` +
      `stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" d="${path}"/></svg>`)]));
    const badge = Object.fromEntries(map.severities.map((name) => [name, image(
      `<svg xmlns="${SVG}" viewBox="0 0 20 20" width="40" height="40"><circle cx="10" cy="10" r="9" fill="${colour[name]}"/>` +
      `<text x="10" y="14.5" font-family="sans-serif" font-size="13" font-weight="700" text-anchor="middle" fill="${colour.card}">` +
      `${name[0].toUpperCase()}</text></svg>`)]));
    const none = image(`<svg xmlns="${SVG}" width="1" height="1"/>`);
    const border = {
      exposed: ["solid", 4], unknown: ["dotted", 3], compensated: ["dashed", 3], provenance: ["solid", 2], "behind-waf": ["double", 4],
    };
    return [
      { selector: "node", style: {
        shape: "round-rectangle", width: WIDE, height: 44, "background-color": colour.card,
        "border-width": 1.5, "border-color": colour.wire, color: colour.ink,
        "font-family": token("sans"), "font-size": 12.5, label: "data(label)", "text-wrap": "wrap", "text-max-width": 400,
        "text-valign": "center", "text-halign": "center", "text-margin-x": 13, "line-height": 1.25,
        "background-image": (node) => [icon[node.data("icon")] || none, badge[node.data("worst")] || none],
        "background-fit": ["none", "none"], "background-width": [20, 17], "background-height": [20, 17],
        "background-position-x": [10, WIDE - 14], "background-position-y": ["50%", -7],
        "background-clip": ["none", "none"], "background-image-containment": ["over", "over"], "bounds-expansion": 10,
        "min-zoomed-font-size": 5,
      } },
      { selector: "node[kind='outsider']", style: { shape: "round-rectangle", "corner-radius": 23, "border-width": 2.5, "border-color": colour.ink, "font-weight": 700 } },
      { selector: "node[kind='entry']", style: { shape: "polygon", "shape-polygon-points": [-1, -1, 0.9, -1, 1, 0, 0.9, 1, -1, 1] } },
      { selector: "node[kind='store']", style: { shape: "barrel" } },
      { selector: "node[kind='role']", style: { shape: "cut-rectangle" } },
      { selector: "node[kind='channel']", style: { shape: "polygon", "shape-polygon-points": [-1, 0, -0.93, -1, 0.93, -1, 1, 0, 0.93, 1, -0.93, 1] } },
      { selector: "node.sensitive", style: { "border-width": 3, "border-color": colour.ink } },
      ...[...verdicts.keys()].map((name) => ({ selector: `node.${name}`, style: {
        "border-style": border[name][0], "border-width": border[name][1], "border-color": colour[name] } })),
      { selector: ":parent", style: {
        shape: "round-rectangle", "background-color": colour.card, "background-opacity": 0.35, "background-image": "none",
        "border-width": 1, "border-style": "dashed", "border-color": colour.wire, label: "data(label)",
        "text-valign": "top", "text-halign": "center", "text-margin-y": -4, "text-margin-x": 0, padding: 16, color: colour.soft,
        "font-weight": 600, "text-max-width": 600 } },
      { selector: "edge", style: {
        width: 1.4, "line-color": colour.wire, "target-arrow-color": colour.wire, "target-arrow-shape": "triangle", "arrow-scale": 1,
        "curve-style": "bezier", color: colour.ink, "font-family": token("sans"), "font-size": 11,
        "text-background-color": colour.paper, "text-background-opacity": 0.9, "text-background-padding": 2,
        "min-zoomed-font-size": 7, "text-wrap": "ellipsis", "text-max-width": 150,
      } },
      { selector: "edge.bent", style: {
        "curve-style": "unbundled-bezier", "edge-distances": "node-position",
        "control-point-weights": (edge) => edge.scratch("controlPointWeights"),
        "control-point-distances": (edge) => edge.scratch("controlPointDistances"),
      } },
      { selector: "edge[flow='identity']", style: { "target-arrow-shape": "circle" } },
      { selector: "edge[flow='read']", style: { "target-arrow-shape": "vee" } },
      { selector: "edge[flow='control'], edge[flow='assume']", style: { "target-arrow-shape": "diamond", width: 2.5 } },
      ...[...verdicts.keys()].reverse().map((name) => ({ selector: `edge.${name}`, style: {
        "line-color": colour[name], "target-arrow-color": colour[name], width: name === "exposed" ? 3.5 : 2 } })),
      { selector: "edge.several", style: { label: "data(label)", "text-margin-y": -12 } },
      { selector: "edge.maybe", style: { "line-style": "dashed" } },
      { selector: ".faint", style: { opacity: 0.18 } },
      { selector: "edge.near", style: { "z-index": 5 } },
      { selector: "edge.cut", style: { label: "\u2702", "font-size": 24, color: colour.exposed, "line-style": "dashed", "line-dash-pattern": [3, 5], width: 4.5, "z-index": 9 } },
      { selector: "node.cursor", style: { "outline-width": 3, "outline-color": colour.accent, "outline-offset": 4 } },
      { selector: "node.chosen", style: { "background-color": colour.chosen, "outline-width": 3, "outline-color": colour.accent, "outline-offset": 1 } },
      { selector: "edge.chosen", style: { "underlay-color": colour.accent, "underlay-opacity": 0.35, "underlay-padding": 6, label: "data(label)", "text-margin-y": -12, "z-index": 9 } },
    ];
  }

  function secondLine(node) {
    if (node.verdict) return `${verdicts.get(node.verdict).glyph} ${verdicts.get(node.verdict).words}`;
    if (node.kind === "outsider") return "";
    return fitting(node.sensitive ? "sensitive data" : node.below);
  }

  const worstOf = (numbers) => map.severities.find((severity) => numbers.some(
    (number) => findings[number].severity === severity && findings[number].certain && findings[number].acknowledged === null)) || "";

  const stacks = [...new Set(map.nodes.map((node) => node.stack).filter(Boolean))];
  const boxed = stacks.length > 1;

  const stackNumber = new Map(stacks.map((stack, number) => [stack, number]));

  const boxOf = (number) => ({ data: { id: `s${number}`, label: shortened(stacks[number], 60) } });

  function nodeOf(number) {
    const node = map.nodes[number];
    return {
      classes: [node.verdict || "", node.sensitive ? "sensitive" : ""].join(" "),
      data: {
        id: `n${number}`, number, kind: node.kind, icon: node.icon, worst: worstOf(found[number]),
        label: [fitting(node.label), secondLine(node)].filter(Boolean).join("\n"),
        ...(boxed && node.stack ? { parent: `s${stackNumber.get(node.stack)}` } : {}),
      },
    };
  }

  function edgeOf(number) {
    const edge = edges[number];
    return {
      classes: [edge.verdict || "", edge.certain ? "" : "maybe", bundleOf.has(number) ? "several" : ""].join(" "),
      data: {
        id: `e${number}`, number, source: `n${edge.start}`, target: `n${edge.end}`, flow: edge.flow,
        label: shortened(labelOf(edge) || map.flows[edge.flow], 30),
      },
    };
  }

  let cy = null;
  let cursor = null;
  let laidOut = "";
  const known = new Map();

  const nodeOn = (number) => cy.getElementById(`n${number}`);
  const edgeOn = (number) => cy.getElementById(`e${number}`);
  const drawnNodes = () => cy.nodes().filter((node) => !node.isParent());

  function draw() {
    cy = cytoscape({
      container: byId("canvas"), style: stylesheet(),
      minZoom: 0.05, maxZoom: 2.5, boxSelectionEnabled: false, autounselectify: true,
      autoungrabify: false, hideEdgesOnViewport: edges.length > 1500, textureOnViewport: edges.length > 1500,
    });
    cy.on("tap", "node", (event) => {
      if (!event.target.isParent()) choose({ kind: "node", number: event.target.data("number") });
    });
    cy.on("tap", "edge", (event) => choose({ kind: "edge", number: event.target.data("number") }));
    cy.on("tap", (event) => { if (event.target === cy) choose(null); });
    dark.addEventListener("change", () => cy.style(stylesheet()));
    addEventListener("resize", () => cy.resize());
  }

  const total = holder.filter((at, number) => at === number).length;

  // Draws some edges and their ends, and nothing else; what was laid out once lies there again.
  function arrange(shown) {
    const key = [...shown].sort((a, b) => a - b).join();
    if (key === laidOut) return;
    laidOut = key;
    const nodes = endsOf(shown);
    const boxes = new Set(boxed ? [...nodes].map((number) => map.nodes[number].stack).filter(Boolean).map((stack) => stackNumber.get(stack)) : []);
    byId("shown").textContent = nodes.size === total ? plural(total, "node") : `${nodes.size.toLocaleString("en")} of ${plural(total, "node")}`;
    setCursor(null);
    cy.elements().remove();
    cy.add([...[...boxes].map(boxOf), ...[...nodes].sort((a, b) => a - b).map(nodeOf), ...[...shown].sort((a, b) => a - b).map(edgeOf)]);
    if (known.has(key)) restore(known.get(key));
    else known.set(key, layOut());
    fit(null, LEGIBLE);
  }

  function layOut() {
    // Whoever is outside stands on the left: an anchor holds them there while it is laid out.
    const first = drawnNodes().filter((node) => node.incomers("edge").empty());
    const anchor = cy.add([{ data: { id: "anchor", label: "" } }, ...first.map((node) => ({
      data: { id: `a${node.id()}`, source: "anchor", target: node.id(), length: node.data("kind") === "outsider" ? 1 : 2 } }))]);
    cy.layout({
      name: "dagre", rankDir: "LR", nodeSep: 16, edgeSep: 6, rankSep: GAP, fit: false, animate: false, acyclicer: "greedy",
      minLen: (edge) => edge.data("length") || 1,
      edgeWeight: (edge) => WEIGHT[edge.data("flow")] || 20,
      useDagreEdgeControlPoints: true, automaticDagreEdgeStyle: false,
    }).run();
    cy.remove(anchor);
    putWorstOnTop();
    if (boxed) spread();
    bend();
    return {
      nodes: drawnNodes().map((node) => [node.id(), { ...node.position() }]),
      edges: cy.edges(".bent").map((edge) => [edge.id(), edge.scratch("controlPointWeights"), edge.scratch("controlPointDistances")]),
    };
  }

  function restore(places) {
    cy.batch(() => {
      for (const [id, position] of places.nodes) cy.getElementById(id).position(position);
      for (const [id, weights, distances] of places.edges) {
        const edge = cy.getElementById(id);
        edge.scratch("controlPointWeights", weights);
        edge.scratch("controlPointDistances", distances);
        edge.addClass("bent");
      }
    });
  }

  // Leads each edge out of the side of its source and into the side of its target, between the
  // columns in a bow, and where it passes columns through the gaps that the layout left for it.
  function bend() {
    const beside = new Map();
    cy.edges().forEach((edge) => {
      const key = [edge.source().id(), edge.target().id()].sort().join();
      beside.set(key, [...(beside.get(key) || []), edge]);
    });
    cy.batch(() => {
      for (const group of beside.values()) {
        for (const [number, edge] of group.entries()) bendOne(edge, 9 * (number - (group.length - 1) / 2));
      }
    });
  }

  function bendOne(edge, aside) {
    const [from, to] = [edge.source().position(), edge.target().position()];
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const apart = Math.abs(dx) > WIDE + 24;
    edge.toggleClass("bent", apart);
    if (!apart) return;
    const length = Math.hypot(dx, dy);
    const [start, end] = [from.x + Math.sign(dx) * (WIDE / 2 + 12), to.x - Math.sign(dx) * (WIDE / 2 + 12)];
    const [least, most] = [Math.min(start, end), Math.max(start, end)];
    const weights = edge.scratch("controlPointWeights") || [];
    let points = [{ x: (start + end) / 2, y: from.y + aside }, { x: (start + end) / 2, y: to.y + aside }];
    // Longer than from one column to the next: past other nodes.
    if (weights.length > 1 && Math.abs(dx) > 1.9 * (WIDE + GAP)) {
      const inside = Math.min(0.3, WIDE / 2 / length);
      points = weights.map((weight, index) => {
        const [along, off] = [inside + weight * (1 - 2 * inside), edge.scratch("controlPointDistances")[index] / length];
        return { x: from.x + along * dx - off * dy, y: from.y + along * dy + off * dx };
      });
    }
    points = points.map((point) => ({ x: Math.min(Math.max(point.x, least), most) - from.x, y: point.y - from.y }));
    edge.scratch("controlPointWeights", points.map((point) => (point.x * dx + point.y * dy) / length ** 2));
    edge.scratch("controlPointDistances", points.map((point) => (point.y * dx - point.x * dy) / length));
  }

  function putWorstOnTop() {
    const box = cy.nodes().boundingBox();
    if (beginning(box) <= (box.y1 + box.y2) / 2) return;
    cy.batch(() => {
      drawnNodes().forEach((node) => { node.position("y", box.y1 + box.y2 - node.position().y); });
      cy.edges().forEach((edge) => {
        edge.scratch("controlPointDistances", (edge.scratch("controlPointDistances") || []).map((distance) => -distance));
      });
    });
  }

  // Makes room for the frames of stacks, of which the layout knows only the nodes.
  function spread() {
    const boxes = cy.nodes(":parent").map((box) => {
      const inside = box.children();
      const heights = inside.map((node) => node.position().y);
      return { inside, top: Math.min(...heights), bottom: Math.max(...heights) };
    });
    cy.batch(() => {
      for (const box of boxes) {
        const above = boxes.filter((other) => other.bottom < box.top).length;
        box.inside.forEach((node) => { node.position("y", node.position().y + FRAME * above); });
      }
      const loose = cy.nodes("[kind='outsider']");
      loose.forEach((node) => { node.position("y", node.position().y + (FRAME * (boxes.length - 1)) / 2); });
    });
  }

  // Shows all of what is given, or where it begins when all of it could not be read.
  function fit(things, least = 0) {
    const visible = things || cy.elements();
    if (visible.empty()) return;
    cy.resize();
    const box = visible.boundingBox();
    const room = [cy.width() - 2 * EDGE, cy.height() - 2 * EDGE];
    const zoom = Math.max(least, Math.min(room[0] / box.w, room[1] / box.h, 1.1));
    const whole = [box.w * zoom <= room[0], box.h * zoom <= room[1]];
    const half = cy.height() / 2 / zoom - EDGE;
    const middle = whole[1] ? (box.y1 + box.y2) / 2 : Math.min(Math.max(beginning(box), box.y1 + half), box.y2 - half);
    const pan = {
      x: whole[0] ? cy.width() / 2 - (zoom * (box.x1 + box.x2)) / 2 : EDGE - zoom * box.x1,
      y: cy.height() / 2 - zoom * middle,
    };
    if (calm.matches || !things) cy.viewport({ zoom, pan });
    else cy.animate({ zoom, pan }, { duration: 220 });
  }

  // Where the worst of the inputs drawn comes in.
  function beginning(box) {
    const worst = inputs.find((way) => way.edges.some((number) => edgeOn(number).nonempty()));
    const first = worst && nodeOn(edges[worst.edges[0]].end);
    return first && first.nonempty() ? first.position().y : box.y1;
  }

  function wayChosen() {
    if (!chosen) return null;
    return { input: inputs, exposure: exposures }[chosen.kind]?.[chosen.number] || null;
  }

  function paint() {
    const searching = asked.text !== "" || asksFindings();
    const way = wayChosen();
    const lit = new Set();
    const litEdges = new Set();
    if (way) {
      for (const number of way.edges) litEdges.add(number);
      lit.add(holder[way.at]);
    } else if (chosen && chosen.kind === "edge") {
      litEdges.add(chosen.number);
    } else if (chosen) {
      lit.add(holder[chosen.number]);
      const own = [holder[chosen.number], ...folded[holder[chosen.number]]];
      for (const edge of own.flatMap((number) => [...leaving[number], ...entering[number]])) litEdges.add(edge.number);
      for (const into of inputs) if (own.includes(into.at)) for (const number of into.edges) litEdges.add(number);
      for (const number of forward([chosen.number])) litEdges.add(number);
    }
    for (const number of endsOf(litEdges)) lit.add(number);
    const near = new Set([...litEdges].map(drawnAs));
    cy.batch(() => {
      cy.elements().removeClass("faint near cut chosen");
      if (chosen) {
        drawnNodes().forEach((node) => { node.toggleClass("faint", !lit.has(node.data("number"))); });
        cy.edges().forEach((edge) => { edge.addClass(near.has(edge.data("number")) ? "near" : "faint"); });
        if (chosen.kind === "node") nodeOn(holder[chosen.number]).addClass("chosen");
        if (chosen.kind === "edge") edgeOn(drawnAs(chosen.number)).addClass("chosen");
        if (way && way.cut !== null) edgeOn(way.cut).addClass("cut");
        if (way) nodeOn(holder[way.at]).addClass("chosen");
        if (lit.size > SMALL) cy.edges().removeClass("near");
      } else if (searching) {
        drawnNodes().forEach((node) => {
          const number = node.data("number");
          if (![number, ...folded[number]].some((one) => nodeAsked(map.nodes[one]))) node.addClass("faint");
        });
        for (const edge of edges.filter(edgeAsked)) nodeOn(edge.start).add(nodeOn(edge.end)).removeClass("faint");
        cy.edges().forEach((edge) => { edge.toggleClass("faint", edge.source().hasClass("faint") || edge.target().hasClass("faint")); });
      }
    });
    return lit;
  }

  // Choosing --------------------------------------------------------------------------------------

  function choose(what, { look = false, keep = false } = {}) {
    if (!keep) revealed.clear();
    let finding = null;
    if (what && what.kind === "finding") {
      finding = findings[what.number];
      const holder = edges.findIndex((edge) => edge.findings.includes(what.number));
      chosen = finding.at !== null ? { kind: "node", number: finding.at } : holder >= 0 ? { kind: "edge", number: holder } : null;
    } else {
      chosen = what;
    }
    if (chosen && chosen.kind === "node") reveal(chosen.number);
    if (wayChosen()) for (const number of wayChosen().edges) revealEdge(number);
    if (chosen && chosen.kind === "edge") revealEdge(chosen.number);
    refresh();
    for (const row of document.querySelectorAll("tr[data-input]")) {
      row.setAttribute("aria-selected", String(Boolean(chosen) && chosen.kind === "input" && Number(row.dataset.input) === chosen.number));
    }
    for (const row of document.querySelectorAll("tr[data-finding]")) {
      row.setAttribute("aria-selected", String(finding !== null && Number(row.dataset.finding) === finding.number));
    }
    const lit = paint();
    const shown = detail(finding);
    byId("details").replaceChildren(...shown);
    byId("details").scrollTop = 0;
    if (look && lit.size) fit(drawnNodes().filter((node) => lit.has(node.data("number"))), LEGIBLE);
    if (what) say(byId("details").querySelector("h2").textContent);
    if (what && look && matchMedia("(max-width: 999px)").matches && !byId("map").hidden) {
      byId("details").scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
    }
    if (finding) {
      const card = byId("details").querySelector(".current");
      if (card && card.scrollIntoViewIfNeeded) card.scrollIntoViewIfNeeded();
    }
  }

  function reveal(node) {
    if (!endsOf(visibleEdges()).has(holder[node])) for (const one of [holder[node], ...folded[holder[node]]]) revealed.add(one);
  }

  function revealEdge(number) {
    if (edges[number].drawn && !visibleEdges().has(drawnAs(number))) revealed.add(edges[number].from);
  }

  function detail(finding) {
    if (finding && !chosen) return [closer(), element("h2", null, named(finding.construct || finding.logical_id || finding.stack || "The template")), findingCard(finding, true)];
    if (!chosen) return overview();
    if (chosen.kind === "input") return inputDetail(inputs[chosen.number]);
    if (chosen.kind === "exposure") return exposureDetail(exposures[chosen.number]);
    if (chosen.kind === "edge") return edgeDetail(edges[chosen.number], finding);
    return nodeDetail(map.nodes[chosen.number], chosen.number, finding);
  }

  const closer = () => element("button", { type: "button", class: "close quiet", "aria-label": "Close the details", click: () => { choose(null); byId("canvas").focus(); } }, "Close");

  function overview() {
    const cuts = new Map();
    for (const way of inputs.filter((one) => one.remedy)) {
      const target = map.nodes[edges[way.cut].to];
      const key = JSON.stringify([way.remedy.fix, target.stack, target.logical_id]);
      cuts.set(key, [...(cuts.get(key) || []), way]);
    }
    const ranked = [...cuts.values()].sort((one, other) => other.length - one.length);
    const active = findings.filter((finding) => finding.certain && finding.acknowledged === null);
    return [
      element("h2", null, "Where to start"),
      ranked.length
        ? element("p", { class: "soft" }, `Each exposed input, cut where it is cheapest: ${plural(ranked.length, "cut")}, and the one that closes most comes first.`)
        : element("p", { class: "soft" }, inputs.length ? "No input is exposed." : "Nothing comes in from outside."),
      element("ul", { class: "cuts" }, ranked.slice(0, 12).map((ways) => element("li", null,
        element("span", { class: "cut-mark" }, "\u2702 cut"), " ",
        link(ways[0].remedy.fix, () => choose({ kind: "edge", number: ways[0].cut }, { look: true })),
        element("small", null, `for ${plural(ways.length, "input")}: `, named(shortened(ways.map((way) => map.nodes[way.at].label).join(", "), 160)),
          boxed && map.nodes[ways[0].at].stack ? [" in ", named(shortened(map.nodes[ways[0].at].stack, 60))] : null)))),
      ranked.length > 12 ? element("p", { class: "soft" }, `and ${ranked.length - 12} more`) : null,
      ranked.length ? null : element("ul", { class: "cuts" }, map.verdicts.map((words) => [words, inputs.filter((way) => way.verdict === words.id).length])
        .filter(([, count]) => count).map(([words, count]) => element("li", null, verdictOf(words.id, `${count} ${words.words}`), element("small", null, words.meaning)))),
      exposures.length ? element("h3", null, "Reached by anyone, unasked") : null,
      element("ul", null, exposures.slice(0, 12).map((exposure) => element("li", null,
        link(map.nodes[exposure.at].label, () => choose({ kind: "exposure", number: exposure.number }, { look: true })),
        element("span", { class: "soft" }, ` in ${plural(exposure.edges.length, "hop")}${exposure.certain ? "" : ", not certain"}`)))),
      active.length ? element("h3", null, "Worst findings") : null,
      element("ul", null, active.slice(0, 5).map((finding) => element("li", { class: "card" },
        element("span", { class: `severity ${finding.severity}` }, finding.severity), " ",
        link(finding.construct || finding.logical_id || finding.rule, () => choose({ kind: "finding", number: finding.number }, { look: true })),
        element("small", null, named(shortened(finding.message, 200)))))),
    ].filter(Boolean);
  }

  function facts(...pairs) {
    return element("dl", null, pairs.filter(([, value]) => value).map(([name, value]) => [
      element("dt", null, name), element("dd", null, typeof value === "string" ? named(value) : value)]));
  }

  function findingCard(finding, current) {
    const safe = finding.references.filter((page) => page.startsWith("https://"));
    return element("div", { class: current ? "card current" : "card" },
      element("span", { class: `severity ${finding.severity}` }, finding.severity), " ", element("b", null, named(finding.rule)),
      finding.certain ? null : element("small", null, "uncertain: it depends on what is not known before deployment"),
      finding.acknowledged === null ? null : element("small", null, "accepted: ", named(finding.acknowledged)),
      element("p", { class: "long" }, named(finding.message)),
      element("p", { class: "fix long" }, "Fix: ", named(finding.fix)),
      facts(["Line", finding.source ? element("code", null, named(place(finding.source))) : ""], ["Property", finding.property && element("code", null, named(finding.property))],
        ["Resource", finding.logical_id && element("code", null, named(finding.logical_id))],
        ["Risk", `${finding.risk} ${risks.get(finding.risk) || ""}`], ["Path", finding.trace.length > 1 ? finding.trace.join(" \u2192 ") : ""]),
      safe.length ? element("p", { class: "references" }, safe.map((page) => [element("a", { href: page, rel: "noopener noreferrer", target: "_blank" }, named(shortened(page, 70))), " "])) : null);
  }

  function nodeDetail(node, number, finding) {
    const into = inputs.filter((way) => way.at === number);
    const cards = found[number].map((index) => findings[index]).filter((one) => one === finding || findingAsked(one));
    return [
      closer(),
      element("h2", null, iconOf(node), named(shortened(node.label, 400))),
      node.verdict ? verdictOf(node.verdict) : null,
      node.sensitive ? element("p", null, element("b", null, "Holds sensitive data.")) : null,
      facts(["Type", node.type], ["Construct", node.construct], ["Logical id", node.logical_id && element("code", null, named(node.logical_id))],
        ["Stack", node.stack], ["Line", node.source && element("code", null, named(place(node.source)))]),
      cards.length ? element("h3", null, plural(cards.length, "finding")) : null,
      ...cards.map((one) => findingCard(one, one === finding)),
      into.length ? element("h3", null, plural(into.length, "input")) : null,
      ...into.map((way) => element("div", { class: "card" }, verdictOf(way.verdict), element("small", null, named(way.why)), hops(way))),
      blastOf(node),
      neighbours("Comes from", entering[number], (edge) => edge.from),
      neighbours("Leads to", leaving[number], (edge) => edge.to),
    ].filter(Boolean);
  }

  function blastOf(node) {
    const flows = Object.entries(node.blast);
    if (!flows.length) return null;
    return element("section", null, element("h3", null, "If it is taken over, an attacker"), element("dl", null, flows.map(([flow, ids]) => [
      element("dt", null, map.flows[flow]),
      element("dd", null, element("ul", null, ids.slice(0, 30).map((id) => nodeNumber.get(id)).map((at) => element("li", null,
        link(map.nodes[at].label, () => choose({ kind: "node", number: at }, { look: true })),
        map.nodes[at].sensitive ? element("b", null, " sensitive") : null)),
        ids.length > 30 ? element("li", { class: "soft" }, `and ${ids.length - 30} more`) : null)),
    ])));
  }

  function neighbours(title, all, end) {
    const joined = all.filter(isFirst);
    if (!joined.length) return null;
    const shown = joined.slice(0, 40);
    return element("section", null, element("h3", null, title), element("ul", null, shown.map((edge) => element("li", null,
      link(map.nodes[end(edge)].label, () => choose({ kind: "node", number: end(edge) }, { look: true })), " ",
      element("button", { type: "button", class: "link soft", "aria-label": "Show this connection", click: () => choose({ kind: "edge", number: edge.number }, { look: true }) },
        named(shortened(`${map.flows[edge.flow]}${labelOf(edge) ? ` (${labelOf(edge)})` : ""}${edge.certain ? "" : ", not certain"}`, 70)))))),
      joined.length > shown.length ? element("p", { class: "soft" }, `and ${joined.length - shown.length} more`) : null);
  }

  function stepWords(edge) {
    const said = [map.flows[edge.flow] + (edge.label ? ` (${shortened(edge.label, 80)})` : "")];
    if (edge.flow === "request") {
      said.push(edge.guard === "none" ? "no one is asked who they are" : `guard: ${edge.guard}`);
      said.push({ yes: "a web ACL sees it first", no: "no web ACL", maybe: "whether a web ACL sees it is not known" }[edge.waf]);
    }
    if (edge.limited) said.push(shortened(edge.limited, 200));
    if (!edge.certain) said.push("not certain before deployment");
    return said.join("; ");
  }

  function hops(way) {
    const first = edges[way.edges[0]].from;
    const stop = (number) => element("li", { class: "stop" }, link(map.nodes[number].label, () => choose({ kind: "node", number }, { look: true })));
    return element("ol", { class: "hops" }, stop(first), way.edges.map((number) => {
      const edge = edges[number];
      const cut = number === way.cut;
      return [
        element("li", { class: `step${edge.certain ? "" : " maybe"}${cut ? " cut" : ""}` },
          element("button", { type: "button", class: "link soft", click: () => choose({ kind: "edge", number }, { look: true }) }, named(stepWords(edge))),
          cut ? element("div", { class: "cut-mark" }, "\u2702 cheapest cut") : null),
        stop(edge.to),
      ];
    }));
  }

  function inputDetail(way) {
    const node = map.nodes[way.at];
    const cards = node.findings.map((number) => findings[number]).filter(findingAsked);
    return [
      closer(),
      element("h2", null, iconOf(node), element("span", null, named(shortened(way.entry, 300)), " \u2192 ", named(shortened(node.label, 300)))),
      verdictOf(way.verdict),
      element("p", { class: "soft" }, verdicts.get(way.verdict).meaning),
      element("p", { class: "long" }, named(way.why)),
      node.source ? facts(["Line", element("code", null, named(place(node.source)))]) : null,
      element("h3", null, "Hop by hop"),
      hops(way),
      way.remedy ? element("p", { class: "fix" }, "Cut: ", named(way.remedy.fix), way.remedy.closes ? null : element("small", null, "Other ways stay open: this cut alone does not close the input.")) : null,
      cards.length ? element("h3", null, `${plural(cards.length, "finding")} of the function`) : null,
      ...cards.map((finding) => findingCard(finding, false)),
    ].filter(Boolean);
  }

  function exposureDetail(exposure) {
    return [
      closer(),
      element("h2", null, iconOf(map.nodes[exposure.at]), named(shortened(map.nodes[exposure.at].label, 400))),
      element("p", null, "Anyone reaches this sensitive data, and nobody asks who they are."),
      facts(["Web ACL", { yes: "sees the request first", no: "none sees the request", maybe: "not known before deployment" }[exposure.waf]],
        ["Certain", exposure.certain ? "" : "no, a hop depends on what is known at deployment"]),
      element("h3", null, "Hop by hop"),
      hops(exposure),
    ];
  }

  function madeBy(edge) {
    const bundle = bundleOf.get(edge.number);
    if (!bundle) return edge.via && element("code", null, named(edge.via));
    const shown = bundle.edges.slice(0, 100);
    return element("ul", null, shown.map((number) => element("li", null, element("code", null, named(edges[number].via)))),
      bundle.edges.length > shown.length ? element("li", { class: "soft" }, `and ${bundle.edges.length - shown.length} more`) : null);
  }

  function edgeDetail(edge, finding) {
    const through = inputs.filter((way) => way.edges.includes(edge.number));
    const mends = inputs.filter((way) => way.cut === edge.number);
    return [
      closer(),
      element("h2", null, element("span", null, named(shortened(map.nodes[edge.from].label, 300)), " \u2192 ", named(shortened(map.nodes[edge.to].label, 300)))),
      edge.verdict ? verdictOf(edge.verdict) : null,
      mends.length ? element("div", { class: "cut-mark" }, `\u2702 cheapest cut for ${plural(mends.length, "input")}`) : null,
      mends.length ? element("p", { class: "fix" }, named(mends[0].remedy.fix)) : null,
      facts(["What", map.flows[edge.flow]], ["Label", labelOf(edge)], ["Guard", edge.guard === "none" ? "none: no one is asked who they are" : edge.guard],
        ["Web ACL", edge.waf], ["Limited", edge.limited], ["Certain", edge.certain ? "" : "no, it depends on what is known at deployment"],
        ["Made by", madeBy(edge)], ["Property", edge.place && element("code", null, named(edge.place))]),
      edge.findings.length ? element("h3", null, plural(edge.findings.length, "finding")) : null,
      ...edge.findings.map((number) => findingCard(findings[number], findings[number] === finding)),
      element("h3", null, "Ends"),
      element("ul", null, [edge.from, edge.to].map((number) => element("li", null, link(map.nodes[number].label, () => choose({ kind: "node", number }, { look: true }))))),
      through.length ? element("h3", null, `On the way of ${plural(through.length, "input")}`) : null,
      element("ul", null, through.slice(0, 30).map((way) => element("li", null, verdictOf(way.verdict), " ",
        link(`${way.entry} \u2192 ${map.nodes[way.at].label}`, () => choose({ kind: "input", number: way.number }, { look: true }))))),
    ].filter(Boolean);
  }

  // Filters and lists -----------------------------------------------------------------------------

  function refresh() {
    const inputRows = document.querySelectorAll("tr[data-input]");
    let ways = 0;
    for (const row of inputRows) {
      const way = inputs[Number(row.dataset.input)];
      row.hidden = !(wayAsked(way) && wayText(way));
      ways += row.hidden ? 0 : 1;
    }
    let shown = 0;
    for (const row of document.querySelectorAll("tr[data-finding]")) {
      const finding = findings[Number(row.dataset.finding)];
      row.hidden = !(findingAsked(finding) && findsText(finding));
      shown += row.hidden ? 0 : 1;
    }
    for (const row of document.querySelectorAll("tr[data-row]")) {
      const node = map.nodes[nodeNumber.get(map.matrix.rows[Number(row.dataset.row)].function)];
      row.hidden = !nodeText(node);
    }
    byId("input-count").textContent = ways === inputs.length ? String(ways) : `${ways} of ${inputs.length}`;
    byId("no-inputs").hidden = ways > 0 || inputs.length === 0;
    byId("no-findings").hidden = shown > 0;
    document.querySelector("#tab-findings .count").textContent = shown === findings.length ? String(shown) : `${shown} of ${findings.length}`;
    rove(byId("inputs"));
    rove(byId("finding-rows"));
    if (!byId("map").hidden) arrange(visibleEdges());
    return { ways, shown };
  }

  function filter() {
    const form = byId("filters");
    asked.text = byId("search").value.trim().toLowerCase();
    asked.verdicts = new Set([...form.querySelectorAll("#verdicts :checked")].map((box) => box.value));
    asked.severities = new Set([...form.querySelectorAll("#severities :checked")].map((box) => box.value));
    asked.risk = byId("risk").value;
    chosen = null;
    revealed.clear();
    if (asked.text) {
      const shown = endsOf(visibleEdges());
      const hits = [...map.nodes.keys()].filter((number) => nodeAsked(map.nodes[number]) && !shown.has(holder[number]));
      if (hits.length <= 40) for (const number of hits) reveal(number);
    }
    const { ways, shown } = refresh();
    paint();
    byId("details").replaceChildren(...overview());
    say(`${plural(ways, "input")} and ${plural(shown, "finding")} shown`);
  }

  function chip(holder, value, count, ...inside) {
    holder.append(element("label", { class: "chip" },
      element("input", { type: "checkbox", value, disabled: count === 0 }), ...inside, " ", element("span", { class: "n" }, String(count))));
  }

  function fillFilters() {
    for (const words of map.verdicts) {
      chip(byId("verdicts"), words.id, inputs.filter((way) => way.verdict === words.id).length,
        element("span", { class: `glyph ${words.id}`, "aria-hidden": "true" }, words.glyph), words.words);
    }
    for (const severity of map.severities) {
      chip(byId("severities"), severity, findings.filter((finding) => finding.severity === severity).length,
        element("span", { class: `severity ${severity}`, "aria-hidden": "true" }, severity[0].toUpperCase()), severity);
    }
    for (const words of map.risks) {
      const count = findings.filter((finding) => finding.risk === words.id).length;
      if (count) byId("risk").append(element("option", { value: words.id }, `${words.id} ${words.words} (${count})`));
    }
    const form = byId("filters");
    let waiting = 0;
    form.addEventListener("change", filter);
    byId("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
    form.addEventListener("reset", () => setTimeout(filter));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      filter();
      const hits = drawnNodes().filter((node) => !node.hasClass("faint"));
      if (asked.text && hits.nonempty()) fit(hits);
    });
  }

  // One stop of the Tab key for a list; the arrow keys move inside it.
  function rove(table) {
    const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden);
    const current = rows.find((row) => row.tabIndex === 0);
    for (const row of table.tBodies[0].rows) row.tabIndex = -1;
    if (rows.length) (current || rows[0]).tabIndex = 0;
  }

  function listen(table, act) {
    table.setAttribute("role", "grid");
    table.addEventListener("click", (event) => {
      const row = event.target.closest("tbody tr");
      if (row && getSelection().isCollapsed) focusRow(table, row, act);
    });
    table.addEventListener("keydown", (event) => {
      const row = event.target.closest("tbody tr");
      if (!row || event.target !== row) return;
      const rows = [...table.tBodies[0].rows].filter((one) => !one.hidden);
      const at = rows.indexOf(row);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: at + 10, PageUp: at - 10 }[event.key];
      if (to !== undefined) {
        event.preventDefault();
        focusRow(table, rows[Math.max(0, Math.min(rows.length - 1, to))]);
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        act(row);
      } else if (event.key === "Escape") {
        choose(null);
      }
    });
  }

  function focusRow(table, row, act) {
    for (const other of table.tBodies[0].rows) other.tabIndex = -1;
    row.tabIndex = 0;
    row.focus({ preventScroll: Boolean(act) });
    if (act) act(row);
  }

  // The keyboard on the map -----------------------------------------------------------------------

  function nearest(candidates, from, weigh) {
    let best = null;
    let least = Infinity;
    candidates.forEach((node) => {
      const distance = weigh(node.position().x - from.x, node.position().y - from.y);
      if (distance < least) { least = distance; best = node; }
    });
    return best;
  }

  function move(key) {
    const visible = drawnNodes();
    if (visible.empty()) return;
    if (!cursor) {
      setCursor(chosen && chosen.kind === "node" ? nodeOn(holder[chosen.number]) : nearest(visible, { x: -1e6, y: -1e6 }, (x, y) => x + y / 10));
      return;
    }
    const from = cursor.position();
    const others = visible.not(cursor);
    const steps = {
      ArrowRight: () => nearest(cursor.outgoers("node"), from, (x, y) => Math.abs(y) + Math.abs(x) / 10) ||
        nearest(others, from, (x, y) => (x > 20 ? x + 2 * Math.abs(y) : Infinity)),
      ArrowLeft: () => nearest(cursor.incomers("node"), from, (x, y) => Math.abs(y) + Math.abs(x) / 10) ||
        nearest(others, from, (x, y) => (x < -20 ? 2 * Math.abs(y) - x : Infinity)),
      ArrowDown: () => nearest(others, from, (x, y) => (y > 4 ? y + 3 * Math.abs(x) : Infinity)),
      ArrowUp: () => nearest(others, from, (x, y) => (y < -4 ? 3 * Math.abs(x) - y : Infinity)),
    };
    const to = steps[key]();
    if (to) setCursor(to);
  }

  function setCursor(node) {
    if (cursor) cursor.removeClass("cursor");
    cursor = node && node.nonempty() ? node : null;
    if (!cursor) return;
    node.addClass("cursor");
    const box = node.renderedBoundingBox();
    if (box.x1 < 0 || box.y1 < 0 || box.x2 > cy.width() || box.y2 > cy.height()) cy.center(node);
    const it = map.nodes[node.data("number")];
    const verdict = it.verdict ? `, ${verdicts.get(it.verdict).words}` : "";
    const count = found[nodeNumber.get(it.id)].length;
    say(`${shortened(it.label, 80)}, ${it.below}${verdict}${count ? `, ${plural(count, "finding")}` : ""}; leads to ${plural(new Set(leaving[node.data("number")].map((edge) => edge.to)).size, "node")}`);
  }

  const zoomBy = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });

  function listenToMap() {
    byId("closer").addEventListener("click", () => zoomBy(1.3));
    byId("farther").addEventListener("click", () => zoomBy(1 / 1.3));
    byId("fit").addEventListener("click", () => fit());
    byId("extent").addEventListener("change", () => { refresh(); paint(); });
    byId("legend-button").addEventListener("click", () => {
      const open = byId("legend").hidden;
      byId("legend").hidden = !open;
      byId("legend-button").setAttribute("aria-expanded", String(open));
    });
    byId("canvas").addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.startsWith("Arrow")) move(event.key);
      else if (event.key === "Enter" || event.key === " ") { if (cursor) choose({ kind: "node", number: cursor.data("number") }); }
      else if (event.key === "+" || event.key === "=") zoomBy(1.3);
      else if (event.key === "-") zoomBy(1 / 1.3);
      else if (event.key === "0") fit();
      else if (event.key === "Escape") { choose(null); setCursor(null); }
      else return;
      event.preventDefault();
    });
    byId("canvas").addEventListener("focus", () => { if (byId("canvas").matches(":focus-visible") && !cursor) move("ArrowRight"); });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) { event.preventDefault(); byId("search").focus(); }
    });
  }

  // As much as can be read at once.
  function chooseExtent() {
    const extent = byId("extent");
    const sound = inputs.every(isSound);
    const size = (choice) => { extent.value = choice; return endsOf(visibleEdges()).size; };
    const offered = inputs.length ? ["all", "data", "inputs", ...(sound ? [] : ["unsound"])] : ["all"];
    const extents = offered.filter((choice) => size(choice) <= MOST);
    if (!extents.length) extents.push("inputs");
    // What is allowed to everything of a service joins nearly all that there is.
    const tangled = map.nodes.some((node) => node.kind === "role" && !node.logical_id);
    for (const choice of extents) {
      if (size(choice) <= SMALL && !(choice === "all" && tangled && inputs.length)) break;
    }
    for (const option of extent.options) option.disabled = !extents.includes(option.value);
  }

  function fillLegend() {
    const line = (facts, mark) => {
      const frame = drawing("svg", { width: 44, height: 16, viewBox: "0 0 44 16", "aria-hidden": "true" });
      frame.append(drawing("path", { d: mark || "M2 8H42", fill: "none", stroke: "currentColor", "stroke-width": 2, ...facts }));
      return frame;
    };
    const box = (verdict) => {
      const facts = { exposed: { "stroke-width": 4 }, unknown: { "stroke-dasharray": "2 3", "stroke-width": 3 }, compensated: { "stroke-dasharray": "7 4", "stroke-width": 3 }, provenance: { "stroke-width": 2 }, "behind-waf": { "stroke-width": 1.5 } }[verdict];
      const double = verdict === "behind-waf" ? "M2 2H42V14H2ZM5 5H39V11H5Z" : "M3 3H41V13H3Z";
      return line({ ...facts, stroke: token(verdict) }, double);
    };
    const item = (mark, words, more) => element("li", null, mark, element("span", null, words, more ? element("small", null, more) : null));
    byId("legend").append(
      element("h3", null, "Verdict on what comes into a function"),
      element("ul", null, map.verdicts.map((words) => item(box(words.id), element("b", null, `${words.glyph} ${words.words}`), words.meaning))),
      element("h3", null, "Shapes"),
      element("ul", null,
        item(line({}, "M10 2H34A6 6 0 0 1 34 14H10A6 6 0 0 1 10 2Z"), "someone outside"),
        item(line({}, "M3 2H34L41 8L34 14H3Z"), "entry: a route, an API, a URL"),
        item(line({}, "M9 2H35L41 8L35 14H9L3 8Z"), "queue, topic, bus, rule, schedule"),
        item(line({}, "M3 4Q22 0 41 4V12Q22 16 3 12Z"), "store; drawn bold when its data is sensitive"),
        item(line({}, "M7 2H37L41 6V10L37 14H7L3 10V6Z"), "role: what a function may do")),
      element("h3", null, "Connections"),
      element("ul", null,
        item(line({}, "M2 8H34M34 4L41 8L34 12Z"), "sends, hands on, writes, invokes"),
        item(line({}, "M2 8H40M33 3L41 8L33 13"), "reads"),
        item(line({}, "M2 8H34A3 3 0 1 1 34 8.1"), "acts as a role"),
        item(line({}, "M2 8H30L35 4L40 8L35 12L30 8"), "can change it, may assume it"),
        item(line({ "stroke-dasharray": "5 4" }), "not certain before deployment")));
  }

  // Views -----------------------------------------------------------------------------------------

  const tabs = [...document.querySelectorAll("[role=tab]")];
  function show(tab) {
    for (const other of tabs) {
      const on = other === tab;
      other.setAttribute("aria-selected", String(on));
      other.tabIndex = on ? 0 : -1;
      byId(other.getAttribute("aria-controls")).hidden = !on;
    }
    if (tab.id === "tab-map") { cy.resize(); refresh(); }
    if (tab.id === "tab-matrix") fillMatrix();
  }

  function listenToTabs() {
    for (const [at, tab] of tabs.entries()) {
      tab.addEventListener("click", () => show(tab));
      tab.addEventListener("keydown", (event) => {
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const next = tabs[(to + tabs.length) % tabs.length];
        show(next);
        next.focus();
      });
    }
  }

  function showFinding(row) {
    show(tabs[0]);
    choose({ kind: "finding", number: Number(row.dataset.finding) }, { look: true });
    byId("details").focus();
  }

  // The matrix ------------------------------------------------------------------------------------

  const stateWords = { failed: "! failed", uncertain: "? not known before deployment", accepted: "\u2248 accepted", passed: "\u2713 passed" };

  let filled = false;
  function fillMatrix() {
    if (filled) return;
    filled = true;
    for (const cell of document.querySelectorAll("td[data-cell]")) {
      const mark = cell.firstElementChild;
      const button = element("button", { type: "button", class: mark.className, title: mark.title, "aria-pressed": "false" }, [...mark.childNodes]);
      mark.replaceWith(button);
    }
    byId("matrix").addEventListener("click", (event) => {
      const button = event.target.closest("button.cell");
      if (!button) return;
      for (const other of document.querySelectorAll("button.cell[aria-pressed=true]")) other.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-pressed", "true");
      const row = map.matrix.rows[Number(button.closest("tr").dataset.row)];
      showEvidence(row, row.cells[Number(button.parentElement.dataset.cell)]);
    });
    byId("matrix").addEventListener("keydown", (event) => {
      const cell = event.target.closest("td[data-cell]");
      const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
      if (!cell || !step) return;
      event.preventDefault();
      const rows = cell.closest("tbody").rows;
      let [column, line] = [cell.cellIndex, cell.parentElement.rowIndex - 1];
      do {
        column += step[0];
        line += step[1];
        const next = rows[line] && rows[line].cells[column];
        if (!next) return;
        const button = next.querySelector("button");
        if (button) { button.focus(); return; }
      } while (true);
    });
  }

  function showEvidence(row, cell) {
    const panel = byId("evidence");
    panel.hidden = false;
    panel.replaceChildren(
      element("h2", null, named(shortened(map.nodes[nodeNumber.get(row.function)].label, 200))),
      element("p", { class: "soft" }, `${cell.risk} ${risks.get(cell.risk)}: ${plural(cell.controls.length, "control")}`),
      element("ul", { class: "evidence" }, cell.controls.map((number) => {
        const [asked, subject, state, evidence] = map.matrix.controls[number];
        const { rule, control } = map.matrix.asked[asked];
        const { resource, source } = map.matrix.subjects[subject];
        return element("li", { class: "card" },
          element("span", { class: `state-of ${state}` }, stateWords[state]), " ", element("b", null, named(control)),
          evidence ? element("div", { class: "long" }, element("code", null, named(evidence))) : null,
          element("small", null, named(rule), " on ", named(resource), source ? [", ", named(source)] : null));
      })));
    panel.scrollTop = 0;
    if (matchMedia("(max-width: 999px)").matches) panel.scrollIntoView({ block: "nearest" });
    say(`${plural(cell.controls.length, "control")}, ${stateWords[cell.state]}`);
  }

  document.documentElement.classList.add("scripted");
  for (const tab of tabs.slice(1)) byId(tab.getAttribute("aria-controls")).hidden = true;
  chooseExtent();
  fillFilters();
  fillLegend();
  draw();
  listenToMap();
  listenToTabs();
  listen(byId("inputs"), (row) => choose({ kind: "input", number: Number(row.dataset.input) }, { look: true }));
  listen(byId("finding-rows"), showFinding);
  refresh();
  byId("details").replaceChildren(...overview());
  document.documentElement.dataset.ready = "yes";
})();
