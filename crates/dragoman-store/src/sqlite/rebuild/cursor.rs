//! Rows of a query in their order, one of them in hand.

use rusqlite::{Params, Row, Rows, Statement};

use crate::sqlite::rows::ReadError;

/// Reads ahead by one row, so that several tables can be walked together.
pub(super) struct Cursor<'s, T> {
    rows: Rows<'s>,
    read: fn(&Row<'_>) -> Result<T, ReadError>,
    next: Option<T>,
}

impl<'s, T> Cursor<'s, T> {
    pub(super) fn open(
        statement: &'s mut Statement<'_>,
        params: impl Params,
        read: fn(&Row<'_>) -> Result<T, ReadError>,
    ) -> Result<Self, ReadError> {
        let mut cursor = Self {
            rows: statement.query(params)?,
            read,
            next: None,
        };
        cursor.advance()?;
        Ok(cursor)
    }

    /// The next row, if there is one and it is wanted now.
    pub(super) fn next_if(
        &mut self,
        is_wanted: impl FnOnce(&T) -> bool,
    ) -> Result<Option<T>, ReadError> {
        let taken = self.next.take_if(|next| is_wanted(next));
        if taken.is_some() {
            self.advance()?;
        }
        Ok(taken)
    }

    /// Whether all rows were taken.
    pub(super) const fn is_over(&self) -> bool {
        self.next.is_none()
    }

    fn advance(&mut self) -> Result<(), ReadError> {
        self.next = match self.rows.next()? {
            Some(row) => Some((self.read)(row)?),
            None => None,
        };
        Ok(())
    }
}
