//! Headers of a tar archive: ustar, pax and GNU, as the programs write them.

use super::sparse::Stretch;

/// Everything in a tar archive lies in blocks of this size.
pub(super) const BLOCK: u64 = 512;

/// A header, as it stands in its block.
pub(super) struct Header {
    /// The path: prefix and name.
    pub(super) name: Vec<u8>,
    /// Bytes of content behind the header, as the header says.
    pub(super) size: u64,
    /// What kind of member it is.
    pub(super) kind: u8,
}

/// What stands in a block where a header is due.
pub(super) enum Block {
    /// Nothing: padding, or the end.
    Zero,
    /// A header whose checksum is right.
    Header(Header),
    /// Something else.
    Other,
}

/// Reads a block.
pub(super) fn parse(block: &[u8; BLOCK as usize]) -> Block {
    if block.iter().all(|b| *b == 0) {
        return Block::Zero;
    }
    let Some(sum) = number(&block[148..156]) else { return Block::Other };
    let blank = |i: usize, b: u8| if (148..156).contains(&i) { b' ' } else { b };
    let unsigned: u64 = block.iter().enumerate().map(|(i, b)| u64::from(blank(i, *b))).sum();
    let signed: i64 = block.iter().enumerate().map(|(i, b)| i64::from(blank(i, *b) as i8)).sum();
    if sum != unsigned && i64::try_from(sum) != Ok(signed) {
        return Block::Other;
    }
    let Some(size) = number(&block[124..136]) else { return Block::Other };
    let mut name = until_nul(&block[..100]).to_vec();
    // GNU's own headers keep times where ustar has the prefix.
    if &block[257..263] == b"ustar\0" {
        let prefix = until_nul(&block[345..500]);
        if !prefix.is_empty() {
            name = [prefix, b"/", &name].concat();
        }
    }
    Block::Header(Header { name, size, kind: block[156] })
}

/// Octal digits, or a big-endian number behind a set bit. An empty field is zero.
pub(super) fn number(field: &[u8]) -> Option<u64> {
    let (first, rest) = field.split_first()?;
    if *first == 0x80 {
        return rest.iter().try_fold(0u64, |sum, b| sum.checked_mul(256)?.checked_add((*b).into()));
    }
    let digits = field.iter().copied().skip_while(|b| *b == b' ');
    let digits = digits.take_while(|b| !matches!(b, 0 | b' '));
    digits.into_iter().try_fold(0u64, |sum, b| match b {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(u64::from(b - b'0')),
        _ => None,
    })
}

pub(super) fn until_nul(field: &[u8]) -> &[u8] {
    &field[..memchr::memchr(0, field).unwrap_or(field.len())]
}

/// The map of an old GNU sparse file: four stretches in the header, 21 in each block behind it.
/// The second answer is whether another block follows.
pub(super) fn gnu_sparse(block: &[u8], first: bool) -> (Vec<Stretch>, bool) {
    let (at, count, more) = if first { (386, 4, 482) } else { (0, 21, 504) };
    let fields = block[at..at + count * 24].chunks_exact(24);
    let stretches = fields.map_while(|f| {
        let stretch = Stretch { offset: number(&f[..12])?, length: number(&f[12..])? };
        (f[0] != 0).then_some(stretch)
    });
    (stretches.collect(), block[more] != 0)
}

/// What a pax header says of the next member, or of all that follow.
#[derive(Default, Clone)]
pub(super) struct Pax {
    pub(super) path: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    /// The name, the size and the map of a sparse file.
    pub(super) sparse_name: Option<Vec<u8>>,
    pub(super) sparse_size: Option<u64>,
    pub(super) sparse_map: Vec<Stretch>,
    /// The map stands before the content.
    pub(super) sparse_inside: bool,
}

impl Pax {
    /// Reads records of the form `length key=value\n`. None if one is broken.
    pub(super) fn read(&mut self, mut records: &[u8]) -> Option<()> {
        let mut offset = None;
        while !until_nul(records).is_empty() {
            let space = memchr::memchr(b' ', &records[..records.len().min(20)])?;
            let length = decimal(&records[..space])?;
            let length = usize::try_from(length).ok().filter(|n| *n <= records.len())?;
            let record = records.get(space + 1..length.checked_sub(1)?)?;
            let equals = memchr::memchr(b'=', record)?;
            let (key, value) = (&record[..equals], &record[equals + 1..]);
            match key {
                b"path" => self.path = Some(value.to_vec()),
                b"size" => self.size = Some(decimal(value)?),
                b"GNU.sparse.name" => self.sparse_name = Some(value.to_vec()),
                b"GNU.sparse.size" | b"GNU.sparse.realsize" => {
                    self.sparse_size = Some(decimal(value)?);
                }
                b"GNU.sparse.major" => self.sparse_inside = value == b"1",
                b"GNU.sparse.offset" => offset = Some(decimal(value)?),
                b"GNU.sparse.numbytes" => {
                    let stretch = Stretch { offset: offset.take()?, length: decimal(value)? };
                    self.sparse_map.push(stretch);
                }
                b"GNU.sparse.map" => self.sparse_map = pairs(value)?,
                _ => {}
            }
            records = &records[length..];
        }
        Some(())
    }
}

/// `0,1024,4096,512`: offsets and lengths.
fn pairs(value: &[u8]) -> Option<Vec<Stretch>> {
    let mut numbers = value.split(|b| *b == b',').filter(|n| !n.is_empty()).map(decimal);
    let mut map = Vec::new();
    while let Some(offset) = numbers.next() {
        map.push(Stretch { offset: offset?, length: numbers.next()?? });
    }
    Some(map)
}

pub(super) fn decimal(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_octal_or_binary() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\0\0\0\0"), Some(0));
        assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1]), Some((2 << 32) + 1));
        assert_eq!(number(b"12x"), None);
        assert_eq!(number(&[0x80, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]), None);
    }

    proptest! {
        #[test]
        fn any_records_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Pax::default().read(&bytes);
            let _ = Pax::default().read(&[b"18 size=3\n", &bytes[..]].concat());
        }

        #[test]
        fn any_block_is_one_thing_or_another(bytes in proptest::collection::vec(any::<u8>(), 512)) {
            let block: [u8; 512] = bytes.try_into().unwrap();
            let _ = parse(&block);
            let _ = (gnu_sparse(&block, true), gnu_sparse(&block, false));
        }
    }
}
