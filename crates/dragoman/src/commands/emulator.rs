//! `dragoman emulator`: the emulated WhatsApp alone.

use std::io::Write;

use crate::assemble::told_to_stop;
use crate::cli::EmulatorArgs;

pub(crate) async fn run(args: EmulatorArgs) -> anyhow::Result<()> {
    let config = dragoman_emulator::Config {
        listen: args.listen,
        data_dir: args.data_dir,
        strict: args.strict,
        fetch_links: args.fetch_links,
    };
    let emulator = dragoman_emulator::start(config).await?;
    writeln!(std::io::stdout(), "phones: http://{}/", emulator.addr)?;
    told_to_stop().await?;
    emulator.stop().await;
    Ok(())
}
