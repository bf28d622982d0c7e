//! The tables that header fields are named by (RFC 7541, section 2.3 and appendix A).

use std::collections::VecDeque;

/// What an entry costs besides its name and its value, in bytes (RFC 7541, section 4.1).
pub(super) const ENTRY_OVERHEAD: usize = 32;

/// How large a dynamic table may be without a word about it, in bytes (RFC 9113, section 6.5.2).
pub(super) const USUAL_TABLE: usize = 4_096;

/// The fields that both sides know from the beginning, the first as number 1.
pub(super) static STATIC_TABLE: [(&str, &str); 61] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
    (":status", "204"),
    (":status", "206"),
    (":status", "304"),
    (":status", "400"),
    (":status", "404"),
    (":status", "500"),
    ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"),
    ("accept-language", ""),
    ("accept-ranges", ""),
    ("accept", ""),
    ("access-control-allow-origin", ""),
    ("age", ""),
    ("allow", ""),
    ("authorization", ""),
    ("cache-control", ""),
    ("content-disposition", ""),
    ("content-encoding", ""),
    ("content-language", ""),
    ("content-length", ""),
    ("content-location", ""),
    ("content-range", ""),
    ("content-type", ""),
    ("cookie", ""),
    ("date", ""),
    ("etag", ""),
    ("expect", ""),
    ("expires", ""),
    ("from", ""),
    ("host", ""),
    ("if-match", ""),
    ("if-modified-since", ""),
    ("if-none-match", ""),
    ("if-range", ""),
    ("if-unmodified-since", ""),
    ("last-modified", ""),
    ("link", ""),
    ("location", ""),
    ("max-forwards", ""),
    ("proxy-authenticate", ""),
    ("proxy-authorization", ""),
    ("range", ""),
    ("referer", ""),
    ("refresh", ""),
    ("retry-after", ""),
    ("server", ""),
    ("set-cookie", ""),
    ("strict-transport-security", ""),
    ("transfer-encoding", ""),
    ("user-agent", ""),
    ("vary", ""),
    ("via", ""),
    ("www-authenticate", ""),
];

/// A field that the sender put into the table.
#[derive(Debug)]
pub(super) struct TableEntry {
    name: Box<[u8]>,
    value: Box<[u8]>,
}

impl TableEntry {
    pub(super) fn new(name: &[u8], value: &[u8]) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
        }
    }

    fn size(&self) -> usize {
        self.name.len() + self.value.len() + ENTRY_OVERHEAD
    }
}

/// What the sender of headers put into the table, the newest first, and what everybody knows.
#[derive(Debug)]
pub(super) struct HeaderTable {
    entries: VecDeque<TableEntry>,
    size: usize,
    most: usize,
    changes: u64,
}

impl Default for HeaderTable {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            size: 0,
            most: USUAL_TABLE,
            changes: 0,
        }
    }
}

impl HeaderTable {
    /// The name and the value of a number; none if there is no such entry.
    pub(super) fn get(&self, number: usize) -> Option<(&[u8], &[u8])> {
        let position = number.checked_sub(1)?;
        if let Some((name, value)) = STATIC_TABLE.get(position) {
            return Some((name.as_bytes(), value.as_bytes()));
        }
        let entry = self.entries.get(position - STATIC_TABLE.len())?;
        Some((&entry.name, &entry.value))
    }

    /// How often it has changed: the same number means the same table.
    pub(super) const fn changes(&self) -> u64 {
        self.changes
    }

    /// Puts an entry in, for which old ones go. One that is larger than the table leaves it empty.
    pub(super) fn insert(&mut self, entry: TableEntry) {
        self.changes += 1;
        let size = entry.size();
        self.shrink(self.most.saturating_sub(size));
        if size <= self.most {
            self.size += size;
            self.entries.push_front(entry);
        }
    }

    /// How large it may be from now on, in bytes.
    pub(super) fn resize(&mut self, most: usize) {
        self.changes += 1;
        self.most = most;
        self.shrink(most);
    }

    fn shrink(&mut self, most: usize) {
        while self.size > most
            && let Some(oldest) = self.entries.pop_back()
        {
            self.size -= oldest.size();
        }
    }
}
