// Runs before the script of each request, which finds `daybook` here: scripts share what is declared
// without a word. Each has a `pm` of its own, and only through that one its variables are kept.
// The moment of all that happens in the examples, in each spelling; any other time is told exactly.
const MOMENTS = {
    "2026-01-15T10:30:00Z": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
    "2026-01-15 10:30:00.000000+00:00": /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00$/,
    "Jan 15 2026 10:30:00": /^[A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d$/,
};

// Where an answer is not as told, in words: chai says no more than that two objects differ. `…` is
// whatever text stands there.
const differences = (told, found, at) => {
    if (typeof told === "string" && typeof found === "string") {
        if (told === "…" || (told in MOMENTS && MOMENTS[told].test(found))) {
            return [];
        }
    } else if (told && found && typeof told === "object" && Array.isArray(told) === Array.isArray(found)) {
        const names = [...new Set([...Object.keys(told), ...Object.keys(found)])];
        return names.flatMap((name) => differences(told[name], found[name], `${at}.${name}`));
    }
    return told === found ? [] : [`${at} is ${JSON.stringify(found)}, not ${JSON.stringify(told)}`];
};

daybook = (pm) => ({
    // The id that this shop gave to what the examples call so.
    id: (name) => Number(pm.collectionVariables.get(name)),

    learns: (name, id) => {
        pm.expect(id, name).to.be.a("number").and.above(0);
        pm.collectionVariables.set(name, id);
    },

    is: (status, headers) => {
        pm.test(`Status is ${status}`, () => pm.response.to.have.status(status));
        for (const [name, value] of Object.entries(headers)) {
            pm.test(`${name} is ${value}`, () => {
                pm.expect(pm.response.headers.get(name)).to.equal(pm.collectionVariables.replaceIn(value));
            });
        }
    },

    same: (found, told) => {
        const wrong = differences(told, found, "answer");
        if (wrong.length > 0) {
            pm.expect.fail(wrong.join("; "));
        }
    },

    // A record that was made is found where its Location says.
    leadsTo: (id) => pm.expect(pm.response.headers.get("Location")).to.match(new RegExp(`^/.+/${id}$`)),

    // In a text, `…` is whatever stands there.
    sameText: (told) => {
        const parts = pm.collectionVariables.replaceIn(told).split("…");
        const literal = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
        pm.expect(pm.response.text()).to.match(new RegExp(`^${literal.join("[^]+")}$`));
    },

    // Nothing is written into a shop that holds something: the run ends here.
    stopsUnlessEmpty: () => {
        const count = pm.response.headers.get("X-Total-Count");
        if (count !== "0") {
            pm.execution.setNextRequest(null);
        }
        const why = "This collection wants an empty shop and stops here (see docs/postman/README.md); rows";
        pm.expect(count, why).to.equal("0");
    },
});

pm.test("It names the request in the log", () => {
    pm.expect(pm.response.headers.get("X-Request-ID")).to.match(/^\S+$/);
    if (/^application\/problem\+json/.test(pm.response.headers.get("Content-Type"))) {
        pm.expect(pm.response.json().request_id).to.equal(pm.response.headers.get("X-Request-ID"));
    }
});
