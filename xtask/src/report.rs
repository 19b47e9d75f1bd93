//! One progress line per step with its time, and one at its beginning where that cannot be taken back;
//! and the output of what a step runs: kept in a log, shown when it fails.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Lines of a failed command's output that are shown; the log has them all.
pub const SHOWN_LINES: usize = 60;
/// Columns of a step's name and of the running command's last line.
const NAME_COLUMNS: usize = 30;
const LIVE_COLUMNS: usize = 60;

/// Writes the progress lines of one call of xtask.
pub struct Report {
    started: Instant,
    logs: PathBuf,
    terminal: bool,
}

impl Report {
    /// `logs` is the folder that keeps the output of the steps.
    pub fn new(logs: PathBuf) -> Self {
        Self {
            started: Instant::now(),
            logs,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Time since xtask started.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Runs one step and prints its line.
    pub fn step<T>(&self, name: &str, work: impl FnOnce(&mut Step<'_>) -> Result<T>) -> Result<T> {
        let mut step = Step {
            report: self,
            name,
            note: String::new(),
        };
        if self.terminal {
            eprint!("  {name:<NAME_COLUMNS$}");
        } else {
            // In a file or a pipe nothing can be taken back, and silence for minutes looks stuck.
            eprintln!("  {name} …");
        }
        let started = Instant::now();
        let result = work(&mut step);
        let seconds = started.elapsed().as_secs_f64();
        let note = if result.is_err() {
            "failed"
        } else {
            &step.note
        };
        let clear = if self.terminal { "\r\x1b[2K" } else { "" };
        eprintln!("{clear}  {name:<NAME_COLUMNS$}{seconds:>7.1} s  {note}");
        result
    }

    /// A line that belongs to no step.
    pub fn line(&self, text: &str) {
        eprintln!("  {text}");
    }

    fn live(&self, name: &str, line: &str) {
        if self.terminal {
            let line: String = line.trim().chars().take(LIVE_COLUMNS).collect();
            eprint!("\r\x1b[2K  {name:<NAME_COLUMNS$}{line}");
            // A progress line that cannot be written is no reason to stop.
            let _ = std::io::stderr().flush();
        }
    }
}

/// A step that is going on.
pub struct Step<'a> {
    report: &'a Report,
    name: &'a str,
    note: String,
}

impl Step<'_> {
    /// What stands behind the step's time, for example `unchanged` or a size.
    pub fn note(&mut self, note: impl Into<String>) {
        self.note = note.into();
    }

    /// Shows what is going on, where a terminal can take it back.
    pub fn live(&self, line: &str) {
        self.report.live(self.name, line);
    }

    /// Runs a command to its end; when it fails, the error holds the end of its output.
    pub fn run(&self, command: Command) -> Result<()> {
        Running::start(self.report, self.name, command)?.wait(self)
    }
}

/// A command that was started; dropping it ends it.
pub struct Running {
    child: Child,
    shown: String,
    log: PathBuf,
}

impl Running {
    /// Starts `command` with its output in the log that is named after `name`.
    pub fn start(report: &Report, name: &str, mut command: Command) -> Result<Self> {
        let shown = format!("{command:?}").replace('"', "");
        fs::create_dir_all(&report.logs)
            .with_context(|| format!("cannot make the folder {}", report.logs.display()))?;
        let file: String = name
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .collect();
        let log = report.logs.join(format!("{file}.log"));
        let output =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors = output.try_clone().context("cannot share the log file")?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command
            .spawn()
            .with_context(|| format!("cannot start `{program}`"))?;
        Ok(Self { child, shown, log })
    }

    /// Waits for the end, showing the last line of the log meanwhile.
    pub fn wait(mut self, step: &Step<'_>) -> Result<()> {
        let status = loop {
            match self.child.try_wait().context("cannot wait for a command")? {
                Some(status) => break status,
                None => {
                    if step.report.terminal
                        && let Some(line) = tail(&self.log, 1).pop()
                    {
                        step.live(&line);
                    }
                    std::thread::sleep(Duration::from_millis(100));
                }
            }
        };
        if !status.success() {
            bail!(
                "`{}` failed ({status}):\n{}\nThe whole output is in {}",
                self.shown,
                tail(&self.log, SHOWN_LINES).join("\n"),
                self.log.display()
            );
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // It may have ended in between; then there is nothing to end.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn tail(log: &PathBuf, lines: usize) -> Vec<String> {
    let Ok(file) = File::open(log) else {
        return Vec::new();
    };
    let mut last: Vec<String> = Vec::new();
    for line in BufReader::new(file).lines().map_while(Result::ok) {
        if last.len() == lines {
            last.remove(0);
        }
        last.push(line);
    }
    last
}
