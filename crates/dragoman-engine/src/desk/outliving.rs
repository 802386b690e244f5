//! Work that goes on when nobody waits for it any more.

use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use tokio::runtime::Handle;

/// Work that moves inside the task of whoever waits for it. When they go before it has ended, what
/// is left of it gets a task of its own: nearly all work ends before, and never pays for one.
pub(super) struct Outliving<T: Send + 'static> {
    /// `None` when it has ended.
    rest: Option<Rest<T>>,
}

type Rest<T> = Pin<Box<dyn Future<Output = Result<T, Panic>> + Send>>;
type Panic = Box<dyn Any + Send>;

/// The work panicked. What it said may quote what it worked on, so it is not kept.
#[derive(Debug)]
pub(super) struct Panicked;

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it panicked")
    }
}

impl<T: Send + 'static> Outliving<T> {
    pub(super) fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self {
            rest: Some(Box::pin(AssertUnwindSafe(work).catch_unwind())),
        }
    }
}

impl<T: Send + 'static> Future for Outliving<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let rest = self.rest.as_mut();
        let rest = rest.expect("what has ended is not waited for again");
        let ended = ready!(rest.as_mut().poll(context));
        self.rest = None;
        Poll::Ready(ended.map_err(|_| Panicked))
    }
}

impl<T: Send + 'static> Drop for Outliving<T> {
    fn drop(&mut self) {
        // Where there is no runtime, the process is ending: nothing moves any more.
        if let (Some(rest), Ok(runtime)) = (self.rest.take(), Handle::try_current()) {
            runtime.spawn(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    fn tasks() -> usize {
        Handle::current().metrics().num_alive_tasks()
    }

    #[tokio::test]
    async fn what_is_waited_for_never_has_a_task() {
        let work = Outliving::new(async {
            tokio::task::yield_now().await;
            (7, tasks())
        });
        assert_eq!(work.await.unwrap(), (7, 0));
        assert_eq!(tasks(), 0);
    }

    #[tokio::test]
    async fn what_is_left_alone_in_the_middle_ends_all_the_same() {
        let (go, told_to_go) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let mut work = Outliving::new(async move {
            told_to_go.await.unwrap();
            end.send(tasks()).unwrap();
        });
        assert!((&mut work).now_or_never().is_none());
        drop(work);
        go.send(()).unwrap();
        assert_eq!(ended.await, Ok(1));
    }

    #[tokio::test]
    async fn what_nobody_ever_waited_for_is_done_too() {
        let (end, ended) = oneshot::channel();
        drop(Outliving::new(async move { end.send(()).unwrap() }));
        assert_eq!(ended.await, Ok(()));
    }

    #[tokio::test]
    async fn a_panic_is_heard_without_its_words_and_nothing_is_left_of_the_work() {
        let body = "what a customer wrote";
        let mut work: Outliving<()> = Outliving::new(async move { panic!("in {body}") });
        let error = (&mut work).await.unwrap_err();
        assert_eq!(error.to_string(), "it panicked");
        drop(work);
        assert_eq!(tasks(), 0);
    }

    #[test]
    fn without_a_runtime_what_is_left_is_dropped() {
        let (end, mut ended) = oneshot::channel::<()>();
        let mut work = Outliving::new(async move {
            std::future::pending::<()>().await;
            drop(end);
        });
        assert!((&mut work).now_or_never().is_none());
        drop(work);
        assert_eq!(ended.try_recv(), Err(oneshot::error::TryRecvError::Closed));
    }
}
