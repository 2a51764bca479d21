namespace AutoGpt.Sdk.Kernels.Tests;

public sealed class WorkerPoolTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(5)]
    public void Every_part_is_done_once(int threads)
    {
        using WorkerPool pool = new(threads);
        for (int parts = 0; parts < 300; parts++)
        {
            Counting work = new(parts);
            pool.Run(work, parts);
            Assert.That(work.Times, Has.All.EqualTo(1));
        }
    }

    [Test]
    public void Threads_that_went_to_sleep_come_back()
    {
        using WorkerPool pool = new(3);
        for (int round = 0; round < 20; round++)
        {
            Thread.Sleep(5);
            Meeting work = new();
            pool.Run(work, 3);
            Assert.That(work.HaveMet, "three threads were in it at once");
        }
    }

    [Test]
    public void Whoever_is_there_does_the_work()
    {
        // More threads than processors, each with more to do than there is time: nobody waits for one that does not run.
        using WorkerPool pool = new(4 * Environment.ProcessorCount);
        for (int round = 0; round < 2000; round++)
        {
            Counting work = new(8);
            pool.Run(work, 8);
            Assert.That(work.Times, Has.All.EqualTo(1));
        }
    }

    [Test]
    public void What_a_part_throws_reaches_the_caller_and_the_pool_goes_on()
    {
        using WorkerPool pool = new(2);
        Assert.That(() => pool.Run(new Failing(), 50), Throws.InstanceOf<InvalidTimeZoneException>());
        Counting work = new(50);
        pool.Run(work, 50);
        Assert.That(work.Times, Has.All.EqualTo(1));
    }

    [Test]
    public void Rows_are_cut_into_pieces()
    {
        using WorkerPool pool = new(2);
        int[,] done = new int[7, 3];
        new RowWork((row, piece) => Interlocked.Increment(ref done[row, piece])).Run(pool, 7, 3);
        Assert.That(done, Has.All.EqualTo(1));
    }

    [Test]
    public void A_pool_has_at_least_its_caller() => Assert.That(() => new WorkerPool(0), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private sealed class Counting(int parts) : ParallelWork
    {
        public int[] Times { get; } = new int[parts];

        protected internal override void Execute(int part) => Interlocked.Increment(ref Times[part]);
    }

    private sealed class Meeting : ParallelWork
    {
        private int _there;

        public bool HaveMet { get; private set; }

        protected internal override void Execute(int part)
        {
            Interlocked.Increment(ref _there);
            HaveMet |= SpinWait.SpinUntil(() => Volatile.Read(ref _there) == 3, TimeSpan.FromSeconds(20));
        }
    }

    private sealed class Failing : ParallelWork
    {
        protected internal override void Execute(int part) => throw (part == 17 ? new InvalidTimeZoneException() : new InvalidTimeZoneException("another"));
    }
}
