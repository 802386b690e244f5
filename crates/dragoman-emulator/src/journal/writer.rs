//! The thread that writes the journal.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc;

use super::Command;

/// A batch is closed at this size, so that nobody waits for an endless one.
const BATCH_BYTES: usize = 1 << 20;

/// What can be written at its end, and cut.
pub(super) trait Paper: Write {
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

impl Paper for File {
    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

/// Writes whole lines, in their order. Lines that could not be written stay here and go before all later ones, so that
/// the journal always is a beginning of what happened, without a gap and without half a line in its middle.
pub(super) struct Writer<P> {
    paper: P,
    /// Up to here there are whole lines.
    good_bytes: u64,
    /// Whether half a line may follow them.
    torn: bool,
    /// Lines that are not on the paper yet.
    lines: Vec<u8>,
    fails: bool,
}

impl<P: Paper> Writer<P> {
    pub(super) fn new(paper: P, good_bytes: u64) -> Self {
        Self {
            paper,
            good_bytes,
            torn: false,
            lines: Vec::new(),
            fails: false,
        }
    }

    /// Takes all commands that wait, writes once, answers; until nobody can send commands any more.
    pub(super) fn run(mut self, waiting: &mpsc::Receiver<Command>) {
        let mut told = Vec::new();
        while let Ok(first) = waiting.recv() {
            let mut next = Some(first);
            let mut batch_bytes = 0;
            while let Some(command) = next {
                match command {
                    Command::Line(line) => {
                        batch_bytes += line.len();
                        self.lines.extend_from_slice(&line);
                    }
                    Command::Written(done) => told.push(done),
                }
                let has_room = batch_bytes < BATCH_BYTES;
                next = has_room.then(|| waiting.try_recv().ok()).flatten();
            }
            let result = self.write();
            self.log(&result);
            for done in told.drain(..) {
                let answer = result.as_ref().copied();
                let answer =
                    answer.map_err(|error| io::Error::new(error.kind(), error.to_string()));
                // Whoever asked may have gone away.
                drop(done.send(answer));
            }
        }
    }

    fn write(&mut self) -> io::Result<()> {
        if self.torn {
            self.paper.cut(self.good_bytes)?;
        }
        self.torn = true;
        self.paper.write_all(&self.lines)?;
        self.torn = false;
        self.good_bytes += self.lines.len() as u64;
        self.lines.clear();
        Ok(())
    }

    /// Once when it begins to fail, and once when it works again.
    fn log(&mut self, result: &io::Result<()>) {
        match result {
            Err(error) if !self.fails => tracing::error!(
                %error,
                "journal cannot be written: nothing is acknowledged until it can"
            ),
            Ok(()) if self.fails => {
                tracing::info!("journal is written again, with all that waited")
            }
            Err(_) | Ok(()) => {}
        }
        self.fails = result.is_err();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::thread;

    use tokio::sync::oneshot;

    use super::*;

    /// A disk with some room, which takes what fits and then fails, as real ones do.
    #[derive(Clone, Default)]
    struct Disk(Arc<Mutex<(Vec<u8>, usize)>>);

    impl Disk {
        fn has_room_for(&self, room: usize) {
            self.0.lock().unwrap().1 = room;
        }

        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap()
        }
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let (written, room) = &mut *self.0.lock().unwrap();
            let fits = bytes.len().min(room.saturating_sub(written.len()));
            if fits == 0 && !bytes.is_empty() {
                return Err(io::ErrorKind::StorageFull.into());
            }
            written.extend_from_slice(&bytes[..fits]);
            Ok(fits)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Paper for Disk {
        fn cut(&mut self, length: u64) -> io::Result<()> {
            let length = usize::try_from(length).unwrap();
            self.0.lock().unwrap().0.truncate(length);
            Ok(())
        }
    }

    fn started(disk: &Disk) -> mpsc::Sender<Command> {
        let (commands, waiting) = mpsc::channel();
        let writer = Writer::new(disk.clone(), 0);
        thread::spawn(move || writer.run(&waiting));
        commands
    }

    fn line(commands: &mpsc::Sender<Command>, text: &str) {
        let line = format!("{text}\n").into_bytes();
        commands.send(Command::Line(line)).unwrap();
    }

    fn is_written(commands: &mpsc::Sender<Command>) -> bool {
        let (done, told) = oneshot::channel();
        commands.send(Command::Written(done)).unwrap();
        told.blocking_recv().unwrap().is_ok()
    }

    #[test]
    fn nothing_is_acknowledged_while_the_disk_is_full() {
        let disk = Disk::default();
        disk.has_room_for(8);
        let commands = started(&disk);
        line(&commands, "first");
        assert!(is_written(&commands));
        line(&commands, "second");
        assert!(!is_written(&commands));
        assert!(!is_written(&commands));
    }

    #[test]
    fn what_waited_for_room_is_written_whole_and_in_order() {
        let disk = Disk::default();
        disk.has_room_for(8);
        let commands = started(&disk);
        line(&commands, "first");
        line(&commands, "second");
        assert!(!is_written(&commands));
        line(&commands, "third");
        assert!(!is_written(&commands));
        disk.has_room_for(1000);
        line(&commands, "fourth");
        assert!(is_written(&commands));
        assert_eq!(disk.text(), "first\nsecond\nthird\nfourth\n");
    }
}
