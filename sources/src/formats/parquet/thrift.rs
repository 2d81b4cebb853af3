//! A walk over Thrift's compact protocol before the library decodes it: the library makes room for
//! as many items as a list claims, and memory that is asked for and not there ends the process.

/// Structures within structures.
const MAX_NESTING: usize = 32;

/// A number in a structure: its field, or 0, in the field of the outer structure.
pub(super) type Number = (i16, i16, i64);

/// Walks over one structure: how long it is, and the numbers of its first two levels. None if it
/// ends too early, or a list claims more items than there are bytes.
pub(super) fn walk(bytes: &[u8]) -> Option<(usize, Vec<Number>)> {
    let mut walk = Walk { bytes, at: 0, numbers: Vec::new() };
    walk.structure(0, 0)?;
    Some((walk.at, walk.numbers))
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    numbers: Vec<Number>,
}

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let number = self.varint()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn pass(&mut self, count: u64) -> Option<()> {
        let left = (self.bytes.len() - self.at) as u64;
        self.at += usize::try_from(count).ok().filter(|_| count <= left)?;
        Some(())
    }

    fn structure(&mut self, depth: usize, outer: i16) -> Option<()> {
        let mut field = 0i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            field = match head >> 4 {
                0 => i16::try_from(self.zigzag()?).ok()?,
                delta => field.checked_add(i16::from(delta))?,
            };
            let kind = head & 0x0F;
            match kind {
                1 | 2 => {}
                4..=6 => {
                    let number = self.zigzag()?;
                    match depth {
                        0 => self.numbers.push((field, 0, number)),
                        1 if self.numbers.len() < 64 => self.numbers.push((outer, field, number)),
                        _ => {}
                    }
                }
                _ => self.value(kind, depth, field)?,
            }
        }
    }

    fn value(&mut self, kind: u8, depth: usize, field: i16) -> Option<()> {
        if depth > MAX_NESTING {
            return None;
        }
        match kind {
            1..=3 => self.pass(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.varint()?;
                self.pass(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                if count > (self.bytes.len() - self.at) as u64 {
                    return None;
                }
                (0..count).try_for_each(|_| self.value(head & 0x0F, depth + 1, field))
            }
            12 => self.structure(depth + 1, field),
            // Parquet has no maps.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_told_and_lists_that_claim_too_much_refused() {
        // Field 1: 5; field 2: a structure whose field 1 is -1; field 3: two bytes.
        let bytes = [0x15, 0x0A, 0x1C, 0x15, 0x01, 0x00, 0x18, 0x02, b'a', b'b', 0x00];
        assert_eq!(walk(&bytes), Some((11, vec![(1, 0, 5), (2, 1, -1)])));
        assert_eq!(walk(&[0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0x07, 0x00]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_walked_over(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Some((length, _)) = walk(&bytes) {
                prop_assert!(length <= bytes.len());
            }
        }
    }
}
