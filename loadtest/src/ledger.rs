//! The two ledgers of coverage, held against the corpus.

use serde_json::Value;

/// What the ledgers sum to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// All bytes, of whatever class.
    pub bytes: u64,
    /// All objects, of whatever class.
    pub objects: u64,
}

/// Sums the ledgers of a coverage in JSON: numbers under `bytes`, and under `objects` (or `items`
/// of the kind `object`), by class, as deep as they are nested. Numbers called `total` are what
/// trawl says of itself and are not added.
pub fn sums(coverage: &Value) -> Sums {
    let coverage = coverage.get("coverage").unwrap_or(coverage);
    let objects = coverage
        .get("objects")
        .or_else(|| coverage.pointer("/items/object"))
        .or_else(|| coverage.pointer("/items/objects"));
    Sums {
        bytes: coverage.get("bytes").map_or(0, sum),
        objects: objects.map(sum).unwrap_or_else(|| coverage.get("items").map_or(0, of_objects)),
    }
}

/// How many bytes were read.
pub fn bytes_read(coverage: &Value) -> u64 {
    let bytes = coverage.get("coverage").unwrap_or(coverage).get("bytes");
    let is_read = |entry: &&Value| entry["class"] == "read";
    match bytes {
        Some(Value::Array(entries)) => entries.iter().find(is_read).and_then(count).unwrap_or(0),
        Some(classes) => classes["read"].as_u64().unwrap_or(0),
        None => 0,
    }
}

fn sum(value: &Value) -> u64 {
    match value {
        Value::Number(number) => number.as_u64().unwrap_or(0),
        Value::Object(fields) => {
            fields.iter().filter(|(name, _)| *name != "total").map(|(_, value)| sum(value)).sum()
        }
        // A list of entries, each with its count.
        Value::Array(entries) => entries.iter().map(|e| count(e).unwrap_or_else(|| sum(e))).sum(),
        _ => 0,
    }
}

fn count(entry: &Value) -> Option<u64> {
    ["count", "bytes", "amount"].iter().find_map(|name| entry.get(name)?.as_u64())
}

/// The entries of a list that are of objects.
fn of_objects(items: &Value) -> u64 {
    let is_object = |entry: &&Value| {
        let kind = entry.get("item").or_else(|| entry.get("kind")).and_then(Value::as_str);
        kind == Some("object") || kind == Some("objects")
    };
    items.as_array().map_or(0, |list| list.iter().filter(is_object).filter_map(count).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ledgers_are_summed_in_the_shapes_that_json_gives_them() {
        let nested = json!({
            "bytes": {"read": 90, "skipped": {"binary": 10}, "total": 100},
            "objects": {"read": 4, "failed": {"broken": 1}},
        });
        assert_eq!(sums(&nested), Sums { bytes: 100, objects: 5 });
        assert_eq!(bytes_read(&nested), 90);
        let listed = json!({"coverage": {
            "bytes": [{"class": "read", "bytes": 70}, {"class": "skipped", "reason": "hole", "bytes": 30}],
            "items": [
                {"item": "object", "class": "read", "count": 4},
                {"item": "member", "class": "read", "count": 40},
            ],
        }});
        assert_eq!(sums(&listed), Sums { bytes: 100, objects: 4 });
        assert_eq!(bytes_read(&listed), 70);
        assert_eq!(bytes_read(&json!({})), 0);
    }
}
