use super::*;

/// Cuts a list of so many, marked by how many come after each.
fn check(count: i64, from: From, limit: usize) -> Listing<i64> {
    let mut part = Part::of(Span { from, limit });
    let start = match from {
        From::Skip(_) => count,
        From::After(mark) => mark,
    };
    for mark in (0..start).rev() {
        if part.is_complete() {
            break;
        }
        part.add(mark);
    }
    part.listing(Some)
}

#[test]
fn parts_follow_each_other_by_number_and_by_mark() {
    let first = check(5, From::Skip(0), 2);
    assert_eq!((first.items, first.total), (vec![4, 3], Some(5)));
    let second = check(5, From::Skip(2), 2);
    assert_eq!((&*second.items, second.total), (&[2, 1][..], Some(5)));
    let same = check(5, From::After(first.next.unwrap()), 2);
    assert_eq!((&same.items, same.total), (&second.items, None));
    assert_eq!(same.next, second.next);
    let last = check(5, From::After(same.next.unwrap()), 2);
    assert_eq!((last.items, last.next), (vec![0], None));
}

#[test]
fn a_part_that_ends_with_the_list_has_no_next() {
    assert_eq!(check(4, From::Skip(2), 2).next, None);
    assert_eq!(check(0, From::Skip(0), 2).total, Some(0));
    assert!(check(4, From::Skip(9), 2).items.is_empty());
}

#[test]
fn a_list_is_counted_up_to_a_bound() {
    let long = check(COUNTED as i64 + 7, From::Skip(0), 2);
    assert_eq!(long.total, Some(COUNTED));
}
