//! A program that can be ended together with all that it started.
//!
//! On Unix it leads a process group, on Windows it is in a job: what ends the group or the job ends the
//! programs that git started, too.

#[cfg(unix)]
pub(crate) use unix::Family;
#[cfg(windows)]
pub(crate) use windows::Family;

#[cfg(unix)]
mod unix {
    use rustix::process::{Pid, Signal, kill_process_group};
    use std::io;
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus};

    /// The program and its process group.
    pub(crate) struct Family(Child);

    impl Family {
        /// Starts it.
        pub(crate) fn start(mut command: Command) -> io::Result<Self> {
            command.process_group(0).spawn().map(Self)
        }

        /// What it writes, once.
        pub(crate) fn outputs(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
            (self.0.stdout.take(), self.0.stderr.take())
        }

        /// How it ended, if it did. What it started may go on.
        pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
            self.0.try_wait()
        }

        /// Ends all of it. Whoever has ended already needs no more.
        pub(crate) fn kill(&mut self) {
            let _ = kill_process_group(Pid::from_child(&self.0), Signal::KILL);
            let _ = self.0.wait();
        }
    }
}

#[cfg(windows)]
mod windows {
    use process_wrap::std::{ChildWrapper, CommandWrap, JobObject};
    use std::io;
    use std::process::{ChildStderr, ChildStdout, Command, ExitStatus};

    /// The program and its job.
    pub(crate) struct Family(Box<dyn ChildWrapper>);

    impl Family {
        /// Starts it.
        pub(crate) fn start(command: Command) -> io::Result<Self> {
            CommandWrap::from(command).wrap(JobObject).spawn().map(Self)
        }

        /// What it writes, once.
        pub(crate) fn outputs(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
            (self.0.stdout().take(), self.0.stderr().take())
        }

        /// How it ended, if it did. What it started may go on.
        pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
            self.0.inner_mut().try_wait()
        }

        /// Ends all of it. Whoever has ended already needs no more.
        pub(crate) fn kill(&mut self) {
            let _ = self.0.start_kill();
            let _ = self.0.inner_mut().wait();
        }
    }
}
