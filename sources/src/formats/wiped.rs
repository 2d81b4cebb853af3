//! Buffers that leave nothing behind when they grow.

use zeroize::Zeroizing;

/// Makes room for so many bytes more. A vector that grows by itself leaves its old content behind
/// unwiped.
pub(crate) fn make_room(buffer: &mut Zeroizing<Vec<u8>>, more: usize) {
    if buffer.capacity() - buffer.len() < more {
        let wanted = (buffer.len() + more).max(buffer.capacity().saturating_mul(2));
        let mut grown = Zeroizing::new(Vec::with_capacity(wanted));
        grown.extend_from_slice(buffer);
        *buffer = grown;
    }
}

/// Appends, as [`make_room`] does.
pub(crate) fn append(buffer: &mut Zeroizing<Vec<u8>>, bytes: &[u8]) {
    make_room(buffer, bytes.len());
    buffer.extend_from_slice(bytes);
}

/// Takes the first bytes out; what moves down is wiped where it stood.
pub(crate) fn remove_front(buffer: &mut Zeroizing<Vec<u8>>, count: usize) {
    let left = buffer.len() - count;
    buffer.copy_within(count.., 0);
    buffer[left..].fill(0);
    buffer.truncate(left);
}
