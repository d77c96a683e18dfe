"use strict";
(() => {
const one = (id) => document.getElementById(id);
const all = (query, under = document) => [...under.querySelectorAll(query)];
const facts = JSON.parse(one("facts").textContent);
const say = (key, values = {}) => facts.texts[key].replace(/\{(\w+)\}/g, (whole, name) => Object.hasOwn(values, name) ? values[name] : whole);
const write = (value, digits = 1) => value.toLocaleString(facts.language, { maximumFractionDigits: digits });
const clock = (hours) => {
const minutes = Math.round(hours * 60);
return Math.floor(minutes / 60) + (minutes % 60 ? ":" + String(minutes % 60).padStart(2, "0") : "");
};
const span = (begins, ends) => `${clock(begins)}–${clock(ends)}`;
const element = (tag, text = "", kind = "") => {
const made = document.createElement(tag);
if (text) made.textContent = text;
if (kind) made.className = kind;
return made;
};
const link = (href, text) => Object.assign(element("a", text), { href });
const of = (held, name) => Object.hasOwn(held, name) ? held[name] : null;
const parts = Object.values(facts.parts);
const opens = Math.min(...parts.map((part) => part[0]));
const closes = Math.max(...parts.map((part) => part[1]));
const rows = all(".all tbody tr");
const sections = all(".room");
const form = one("search");
let bookings = facts.bookings;

// What is left of a day after its bookings, as spans of hours.
const freeOn = (room, day) => {
const found = [];
const taken = bookings.filter((b) => b[0] === room && b[1] === day).sort((a, b) => a[2] - b[2] || a[3] - b[3]);
const open = facts.rooms[room].open;
for (const [first, last] of open ? open[day] : [[opens, closes]]) {
let here = first;
for (const [, , begins, ends] of taken) {
if (begins > here) found.push([here, Math.min(begins, last)]);
here = Math.max(here, ends);
if (here >= last) break;
}
if (here < last) found.push([here, last]);
}
return found.filter(([begins, ends]) => ends > begins);
};

const airLine = ([x, y], [a, b]) => {
const rad = Math.PI / 180;
const sin2 = (angle) => Math.sin(angle * rad / 2) ** 2;
return 2 * 6371.0088 * Math.asin(Math.sqrt(sin2(b - y) + Math.cos(y * rad) * Math.cos(b * rad) * sin2(a - x)));
};

const pointOf = (text) => {
const found = text.match(/-?\d+(?:[.,]\d+)?/g);
if (!found || found.length !== 2) return null;
const [north, east] = found.map((number) => Number(number.replace(",", ".")));
return Math.abs(north) <= 90 && Math.abs(east) <= 180 ? [east, north] : null;
};

const wanted = () => {
const read = new FormData(form);
const place = read.get("near");
return {
day: facts.days.indexOf(read.get("day")),
hours: of(facts.parts, read.get("part")) || [opens, closes],
length: Math.max(Number(read.get("hours")), 0) || 1,
persons: Number(read.get("persons")) || 0,
equipment: read.getAll("with").map(Number),
free: read.get("free") === "1",
at: place === "*" ? pointOf(read.get("point")) : of(facts.districts, place),
km: Number(read.get("km")) || 0,
};
};

// The filter as an address: only what is set, in the words of the files.
const address = () => {
const read = new FormData(form);
const query = new URLSearchParams();
for (const key of ["day", "part", "hours", "persons"]) if (read.get(key)) query.set(key, read.get(key));
const equipment = read.getAll("with").map((place) => facts.equipment[place]);
if (equipment.length) query.set("with", equipment.join(" "));
if (read.get("free")) query.set("free", "1");
const place = read.get("near") === "*" ? read.get("point") : read.get("near");
if (place) query.set("near", place);
if (place && read.get("km")) query.set("km", read.get("km"));
const text = query.toString();
return text ? `?${text}` : "";
};

// A value from the address that the field would not take is left out.
const put = (field, value) => {
field.value = value;
if (field.selectedIndex === -1 || !field.checkValidity()) field.value = "";
};
const fromAddress = () => {
const query = new URLSearchParams(location.search);
for (const key of ["day", "part", "hours", "persons", "km"]) if (query.has(key)) put(form.elements[key], query.get(key));
const equipment = (query.get("with") || "").split(" ").map((name) => String(facts.equipment.indexOf(name)));
for (const box of all("[name=with]", form)) box.checked = equipment.includes(box.value);
form.elements.free.checked = query.get("free") === "1";
const place = query.get("near") || "";
if (of(facts.districts, place)) form.elements.near.value = place;
else if (pointOf(place)) [form.elements.near.value, form.elements.point.value] = ["*", place];
};

// A room fits, or lacks a statement, or does not fit (null).
const judged = (room, index, want) => {
const lacks = [];
if (want.persons) {
if (room.seats === null) lacks.push("seats");
else if (room.seats < want.persons) return null;
}
if (!want.equipment.every((place) => room.has.includes(place))) return null;
if (want.free) {
if (room.free === null) lacks.push("barrier_free");
else if (!room.free) return null;
}
let km = null;
if (want.at) {
if (room.at === null) lacks.push("place");
else km = airLine(want.at, room.at);
if (km !== null && want.km && km > want.km) return null;
}
const times = [];
for (let day = 0; day < facts.days.length; day += 1) {
if (want.day >= 0 && day !== want.day) continue;
for (const [begins, ends] of freeOn(index, day)) {
const from = Math.max(begins, want.hours[0]);
const to = Math.min(ends, want.hours[1]);
if (to > from && to - from >= want.length) times.push([day, from, to]);
}
}
return times.length ? { room, index, lacks, km, times } : null;
};

const inWords = (times) => facts.days.map((_, day) => {
const spans = times.filter((time) => time[0] === day).map((time) => span(time[1], time[2]));
return spans.length ? `${facts.dayShort[day]} ${spans.join(", ")}` : "";
}).filter(Boolean).join("; ");

const mail = (hit, want) => {
const time = hit.times.length === 1 ? `${facts.dayNames[hit.times[0][0]]} ${span(hit.times[0][1], hit.times[0][2])}` : hit.times.length < 4 ? inWords(hit.times) : "";
const what = all("[name=with]:checked, [name=free]:checked", form).map((box) => box.parentElement.textContent.trim()).join(", ");
const values = { room: hit.room.name, time, n: want.persons || "", what };
return `mailto:${encodeURIComponent(hit.room.mail).replace("%40", "@")}?subject=${encodeURIComponent(time ? say("subject_time", values) : say("subject", values))}&body=${encodeURIComponent(say("body_time", values).replaceAll("\n", "\r\n"))}`;
};

const card = (hit, want) => {
const made = element("article", "", hit.lacks.length ? "card open" : "card");
const head = element("h3");
head.append(link(`#${hit.room.key}`, hit.room.name));
const about = [hit.room.owner, hit.room.district].filter(Boolean);
if (hit.room.seats !== null) about.push(say(hit.room.seats === 1 ? "seat" : "seats", { n: write(hit.room.seats, 0) }));
if (hit.km !== null) about.push(say("km", { n: write(hit.km) }));
made.append(head, element("p", about.join(", "), "quiet"));
for (const lack of hit.lacks) made.append(element("p", say(`lacks_${lack}`)));
made.append(element("p", inWords(hit.times)));
if (hit.room.mail) {
const ask = element("p");
const text = hit.times.length === 1 ? say("ask", { time: inWords(hit.times) }) : say("enquire");
const to = link(mail(hit, want), text);
to.setAttribute("aria-label", `${text}: ${hit.room.name}`);
ask.append(to);
made.append(ask);
} else made.append(element("p", say("no_contact"), "quiet"));
return made;
};

const sum = (hits) => hits.reduce((hours, hit) => hours + hit.times.reduce((all, time) => all + time[2] - time[1], 0), 0);

const freeInto = (cell, index, day, hit) => {
const spans = freeOn(index, day).map(([begins, ends]) => {
const fits = hit && hit.times.some((time) => time[0] === day && time[1] < ends && begins < time[2]);
return element("span", span(begins, ends), fits ? "hit" : "");
});
cell.replaceChildren(...(spans.length ? spans.flatMap((made) => [made, " "]) : [element("span", say("nothing_free"), "no")]));
};

const place = (made, begins, ends) => {
const [first, last] = facts.axis;
made.style.left = `${100 * (Math.max(begins, first) - first) / (last - first)}%`;
made.style.width = `${100 * (Math.min(ends, last) - Math.max(begins, first)) / (last - first)}%`;
return made;
};

let hits = [];
const show = (writing = true) => {
const want = wanted();
const query = address();
const found = facts.rooms.map((room, index) => judged(room, index, want));
const fitting = (hit) => hit !== null;
const chosen = query !== "";
form.elements.point.closest("p").hidden = form.elements.near.value !== "*";
hits = found.filter((hit) => hit && !hit.lacks.length);
const open = found.filter((hit) => hit && hit.lacks.length);
if (want.at) for (const list of [hits, open]) list.sort((a, b) => (a.km ?? 1e9) - (b.km ?? 1e9) || a.index - b.index);
const values = { n: hits.length, hours: write(sum(hits)) };
const said = [hits.length ? say(hits.length === 1 ? "hit" : "hits", values) : say("none")];
if (open.length) said.push(say(open.length === 1 ? "unclear_one" : "unclear", { n: open.length }));
one("copied").textContent = "";
one("count").textContent = chosen ? said.join(" ") : say("nobody", { rooms: facts.counted });
one("hits").replaceChildren(...(chosen ? [...hits, ...open].map((hit) => card(hit, want)) : []));
for (const [index, row] of rows.entries()) {
const hit = chosen ? found[index] : null;
row.hidden = sections[index].hidden = chosen && !fitting(hit);
all("td", row).forEach((cell, day) => freeInto(cell, index, day, hit));
all(".week tbody tr", sections[index]).forEach((line, day) => {
freeInto(line.querySelector(".free"), index, day, hit);
const bar = line.querySelector(".bar");
all("b", bar).forEach((old) => old.remove());
if (hit) bar.append(...hit.times.filter((time) => time[0] === day).map((time) => place(element("b"), time[1], time[2])));
});
}
for (const hint of all(".hit-key")) hint.hidden = !chosen;
const on = new Set(chosen ? hits.map((hit) => hit.index + 1) : []);
for (const marker of all(".marker")) marker.classList.toggle("on", marker.dataset.rooms.split(" ").some((number) => on.has(Number(number))));
markPoint(want.at);
const whole = location.href.split(/[?#]/)[0] + query;
one("address").value = whole;
if (one("other")) one("other").search = query;
if (writing) {
try { history.replaceState(null, "", whole + location.hash); } catch { /* a file opened from a disk may not */ }
}
};

const drawing = one("drawing");
const markPoint = (at) => {
one("point-mark")?.remove();
if (!drawing || !at || form.elements.near.value !== "*") return;
const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
const { west, north, x, y } = drawing.dataset;
made.id = "point-mark";
made.setAttribute("d", `M${(at[0] - west) / x} ${(north - at[1]) / y}m-9 0h18m-9-9v18`);
drawing.append(made);
};
drawing?.addEventListener("click", (event) => {
const box = drawing.getBoundingClientRect();
const across = (event.clientX - box.left) * drawing.viewBox.baseVal.width / box.width;
const down = (event.clientY - box.top) * drawing.viewBox.baseVal.height / box.height;
const { west, north, x, y } = drawing.dataset;
form.elements.near.value = "*";
form.elements.point.value = `${(north - down * y).toFixed(4)}, ${(Number(west) + across * x).toFixed(4)}`;
if (!form.elements.km.value) form.elements.km.value = "2";
show();
});

const harmless = (value) => /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
const field = (value) => {
const text = harmless(String(value ?? ""));
return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
one("save").addEventListener("click", () => {
const head = ["room", "owner", "district", "seats", "day", "begins", "ends", "km"];
const two = (hours) => `${String(Math.floor(hours)).padStart(2, "0")}:${String(Math.round(hours % 1 * 60)).padStart(2, "0")}`;
const lines = hits.flatMap((hit) => hit.times.map(([day, begins, ends]) => [hit.room.name, hit.room.owner, hit.room.district,
hit.room.seats, facts.days[day], two(begins), two(ends), hit.km === null ? "" : hit.km.toFixed(2)]));
const text = [head, ...lines].map((line) => line.map(field).join(",") + "\n").join("");
const file = link(URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" })), "");
file.download = "hits.csv";
file.click();
setTimeout(() => URL.revokeObjectURL(file.href), 1000);
});

one("copy").addEventListener("click", async () => {
one("address").select();
let said = "copied";
try { await navigator.clipboard.writeText(one("address").value); } catch { said = "copy_failed"; }
one("copied").textContent = say(said);
});

// Text of a file: what Excel writes is UTF-8, UTF-16 or Windows-1252.
const decoded = (bytes) => {
if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch { return new TextDecoder("windows-1252").decode(bytes); }
};
// A table of bookings: semicolons, tabs or commas, quotes doubled within quotes; its lines with their numbers.
const parsed = (whole) => {
const told = whole.match(/^sep=(.)\r?\n/);
const text = told ? whole.slice(told[0].length) : whole;
const often = (sign) => text.split("\n", 1)[0].split(sign).length;
const mark = told ? told[1] : [",", ";", "\t"].sort((a, b) => often(b) - often(a))[0];
const lines = [[""]];
let quoted = false;
for (let at = 0; at < text.length; at += 1) {
const sign = text[at];
const line = lines[lines.length - 1];
const last = line.length - 1;
if (quoted && sign === '"' && text[at + 1] === '"') { line[last] += '"'; at += 1; }
else if (sign === '"' && (quoted || line[last] === "")) quoted = !quoted;
else if (!quoted && sign === mark) line.push("");
else if (!quoted && sign === "\n") lines.push([""]);
else if (sign !== "\r" || quoted) line[last] += sign;
}
return lines.map((cells, at) => ({ cells, row: at + (told ? 2 : 1) })).filter(({ cells }) => cells.some((value) => value.trim()));
};
const sameName = (text) => text.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
const hourOf = (text) => {
const found = text.match(/^(\d{1,2})(?:\s*[:.]\s*(\d{2}))?(?::00)?\s*(?:uhr|h)?$/i);
return found && Number(found[2] || 0) < 60 ? Number(found[1]) + Number(found[2] || 0) / 60 : NaN;
};
const dayOf = (text) => {
const name = text.toLowerCase().replace(/\.$/, "");
const exact = facts.days.indexOf(name);
if (exact >= 0 || name.length < 2) return exact;
const begun = [facts.dayNames, facts.dayShort].map((names) => facts.days.map((_, at) => at).filter((at) => names[at].toLowerCase().startsWith(name)));
return begun.flat().length && new Set(begun.flat()).size === 1 ? begun.flat()[0] : -1;
};
// A day as yyyy-mm-dd; empty where none stands, null where it is none.
const dateOf = (text) => {
const german = text.match(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/);
const iso = german ? `${german[3]}-${german[2].padStart(2, "0")}-${german[1].padStart(2, "0")}` : text;
if (iso === "") return "";
const day = /^\d{4}-\d{2}-\d{2}$/.test(iso) ? new Date(iso) : NaN;
return Number.isNaN(Number(day)) || day.toISOString().slice(0, 10) !== iso ? null : iso;
};
const dateInWords = (iso) => {
const [year, month, day] = iso.split("-").map(Number);
if (facts.language === "de") return `${day}.${month}.${year}`;
return `${day} ${new Date(iso).toLocaleDateString("en-GB", { month: "long", timeZone: "UTC" })} ${year}`;
};
const noteOf = (from, until) => [
from > facts.asOf ? say("from_day", { day: dateInWords(from) }) : "",
until ? say("until_day", { day: dateInWords(until) }) : "",
].filter(Boolean).join(" ");
const MOST_BOOKINGS = 5000;
const MOST_BYTES = 5e6;
const tooLarge = (name) => element("p", say("file_large", { n: write(MOST_BOOKINGS), file: name }));
const redraw = () => {
for (const [index, section] of sections.entries()) all(".week tbody tr", section).forEach((line, day) => {
const own = bookings.filter((b) => b[0] === index && b[1] === day).sort((a, b) => a[2] - b[2] || a[3] - b[3]);
line.querySelector(".bar").replaceChildren(...own.map((b) => place(element("i"), b[2], b[3])));
const spans = own.map((b) => {
const made = element("span", `${span(b[2], b[3])} ${b[4]}`);
if (b[5] && b[5] !== facts.rooms[index].owner) made.append(" ", element("small", `(${b[5]})`));
if (b[6]) made.append(" ", element("small", b[6]));
return made;
});
line.querySelector(".taken").replaceChildren(...(spans.length ? spans : [element("span", say("nothing_taken"), "no")]));
});
const ordered = [...bookings].sort((a, b) => a[1] - b[1] || a[2] - b[2] || a[3] - b[3] || (facts.rooms[a[0]].name < facts.rooms[b[0]].name ? -1 : 1));
one("list").tBodies[0].replaceChildren(...ordered.map((b) => {
const line = element("tr");
const what = element("td", b[4]);
if (b[6]) what.append(" ", element("small", b[6]));
const where = element("td");
where.append(link(`#${facts.rooms[b[0]].key}`, facts.rooms[b[0]].name));
line.append(element("td", facts.dayNames[b[1]]), element("td", span(b[2], b[3]), "when"), what, element("td", b[5]), where);
return line;
}));
show();
};
const take = (text, name) => {
const [head, ...lines] = parsed(text);
const columns = (head ? head.cells : []).map((title) => title.trim().toLowerCase());
const lacking = ["room", "day", "begins", "ends"].filter((title) => !columns.includes(title));
if (lacking.length) return [element("p", say("file_columns", { columns: lacking.join(", ") }))];
if (lines.length > MOST_BOOKINGS) return [tooLarge(name)];
const rooms = facts.rooms.map((known) => sameName(known.name));
const wrong = [];
const read = [];
for (const { cells, row } of lines) {
// What a spreadsheet would take for a formula stands behind an apostrophe in our files.
const value = (title) => (cells[columns.indexOf(title)] || "").trim().replace(/^'(?=[=+\-@])/, "");
const room = rooms.indexOf(sameName(value("room")));
const [day, begins] = [dayOf(value("day")), hourOf(value("begins"))];
const last = hourOf(value("ends"));
const ends = last === 0 && begins > 0 ? 24 : last;
const [from, until] = [dateOf(value("valid_from")), dateOf(value("valid_until"))];
const dated = from !== null && until !== null && !(from && until && from > until);
if (room < 0 || day < 0 || !dated || !(begins >= 0 && begins < ends && ends <= 24)) wrong.push(say("file_row", { row }));
else if (!until || until >= facts.asOf) read.push([room, day, begins, ends, value("offer") || say("booked"), value("carrier"), noteOf(from, until)]);
}
const said = [element("p", say(read.length ? "file_read" : "file_empty", { n: read.length, file: name }))];
if (wrong.length) {
const list = element("ul");
list.append(...wrong.slice(0, 20).map((line) => element("li", line)));
said.push(element("p", say("file_wrong", { n: wrong.length })), list);
}
if (read.length) {
bookings = read;
one("published").hidden = false;
redraw();
}
return said;
};
one("file").addEventListener("change", async (event) => {
const file = event.target.files[0];
if (!file) return;
const said = file.size > MOST_BYTES ? [tooLarge(file.name)] : take(decoded(new Uint8Array(await file.arrayBuffer())), file.name);
one("file-said").replaceChildren(...said);
});
one("published").addEventListener("click", () => {
bookings = facts.bookings;
one("published").hidden = true;
one("file").value = "";
one("file-said").replaceChildren();
redraw();
one("file").focus();
});

for (const [index, section] of sections.entries()) {
const button = section.querySelector(".print");
button.hidden = false;
button.addEventListener("click", () => {
document.body.classList.add("one");
section.classList.add("this");
window.print();
});
}
window.addEventListener("afterprint", () => {
document.body.classList.remove("one");
for (const section of sections) section.classList.remove("this");
});

const age = Math.floor((Date.now() - Date.parse(facts.asOf)) / 864e5);
one("stale-said").hidden = true;
if (age > facts.staleDays) {
one("stale").textContent = say("stale", { days: age });
one("stale").hidden = false;
}
for (const hint of all(".scripted")) hint.hidden = false;
one("own").hidden = false;
form.hidden = false;
fromAddress();
form.addEventListener("input", () => {
if (form.elements.near.value && !form.elements.km.value) form.elements.km.value = "2";
show();
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(show));
window.addEventListener("popstate", () => { form.reset(); fromAddress(); show(false); });
show(false);
})();
