using System.Diagnostics;
using static AutoGpt.Sdk.Models.Tests.Scheduling.Networks;

namespace AutoGpt.Sdk.Models.Tests.Scheduling;

/// <summary>Many contexts on one backend: each gets what it would get alone, and nobody gets in another's way.</summary>
public sealed class StepSchedulerTests
{
    // Agents that step on their callers' threads are only together where the pool has a thread for each; by itself it adds one now and then.
    [OneTimeSetUp]
    public void HaveAThreadForEachAgent()
    {
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(workers, 16), completions);
    }

    private static readonly ByteTokenizer s_tokenizer = new();

    [Test]
    public async Task Forks_rewinds_and_cancellations_among_many_threads_change_nobodys_logits()
    {
        using PagedBackend backend = new(Random());
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { Scheduling = new SchedulingOptions { TokensPerTurn = 24 } });
        using SimdBackend alone = Random();
        await Task.WhenAll(Enumerable.Range(0, 12).Select(seed => Task.Run(async () =>
        {
            Random random = new(seed);
            List<(ITokenContext Context, List<int> Read)> places = [(model.CreateContext(), [])];
            for (int step = 0; step < 60; step++)
            {
                int at = random.Next(places.Count);
                (ITokenContext context, List<int> read) = places[at];
                switch (random.Next(8))
                {
                    case 0 when places.Count < 4:
                        places.Add((context.Fork(), [.. read]));
                        break;
                    case 1 when places.Count > 1:
                        context.Dispose();
                        places.RemoveAt(at);
                        break;
                    case 2:
                        int length = random.Next(read.Count + 1);
                        context.Rewind(length);
                        read.RemoveRange(length, read.Count - length);
                        break;
                    case 3:
                        using (CancellationTokenSource source = new())
                        {
                            int[] unread = Ids(random.Next(), Math.Min(random.Next(1, 90), 256 - read.Count));
                            if (unread.Length > 0)
                            {
                                Task<float[]> task = ReadAsync(context, unread, LogitsWanted.Last, source.Token);
                                await source.CancelAsync();
                                try
                                {
                                    await task;
                                    read.AddRange(unread);
                                }
                                catch (OperationCanceledException)
                                {
                                    Assert.That(context.Length, Is.EqualTo(read.Count));
                                }
                            }
                        }

                        break;
                    default:
                        int[] ids = Ids(random.Next(), Math.Min(random.Next(4) == 0 ? random.Next(1, 60) : 1, 256 - read.Count));
                        if (ids.Length > 0)
                        {
                            LogitsWanted wanted = (LogitsWanted)random.Next(3);
                            float[] logits = await ReadAsync(context, ids, wanted);
                            read.AddRange(ids);
                            Assert.That(logits, Is.EqualTo(Alone(alone, read, ids.Length, wanted)));
                        }

                        break;
                }
            }

            places.ForEach(place => place.Context.Dispose());
        })));
        Assert.That(backend.PassSizes.Max(), Is.GreaterThan(3), "some of it was read together");
        Assert.That((backend.Pages, backend.Sequences), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Contexts_in_lock_step_are_read_together_and_alike()
    {
        const int agents = 8;
        using PagedBackend backend = new(Repeating()) { BeforePass = _ => Thread.Sleep(3) };
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { PrefixSharing = null });
        using CancellationTokenSource stop = new();
        int[] tokens = new int[agents];
        await Task.WhenAll(Enumerable.Range(0, agents).Select(agent => Task.Run(async () =>
        {
            await foreach (GenerationUpdate update in model.GenerateAsync(new[] { agent }, new GenerationOptions { MaxTokens = 240, StopAtEndOfText = false }, stop.Token))
            {
                if (++tokens[agent] == 100)
                {
                    await stop.CancelAsync();
                }
            }
        }).ContinueWith(_ => { }, TaskScheduler.Default)));
        double jain = Math.Pow(tokens.Sum(), 2) / (agents * tokens.Sum(count => (double)count * count));
        double together = backend.PassSizes.Skip(20).Average();
        TestContext.Out.WriteLine($"{together:F2} of {agents} a pass, Jain {jain:F4}");
        Assert.That(together, Is.GreaterThan(6));
        Assert.That(jain, Is.GreaterThanOrEqualTo(.95));
    }

    [Test]
    public async Task Who_decodes_keeps_the_pace_while_a_long_prompt_is_read()
    {
        using ManualResetEventSlim begun = new();
        using PagedBackend backend = new(Repeating(4096));
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { Scheduling = new SchedulingOptions { TokensPerTurn = 32 } });
        using ITokenContext prompt = model.CreateContext();
        using ITokenContext decoding = model.CreateContext();
        int longest = 0;
        backend.BeforePass = steps =>
        {
            longest = Math.Max(longest, steps.Sum(step => step.Ids.Length));
            begun.Set();
            Thread.Sleep(2);
        };
        Task<float[]> reading = Task.Run(() => ReadAsync(prompt, Ids(1, 1024)));
        begun.Wait();
        int decoded = 0;
        while (!reading.IsCompleted)
        {
            await ReadAsync(decoding, [decoded++ % 100]);
        }

        Assert.That(decoded, Is.GreaterThan(20), "of 32 turns");
        Assert.That(longest, Is.LessThanOrEqualTo(32));
        Assert.That(await reading, Is.EqualTo(Alone(Repeating(4096), Ids(1, 1024), 1, LogitsWanted.Last)));
    }

    [Test]
    public async Task A_failure_is_its_own_sequences_and_nobody_elses()
    {
        const int poison = 200;
        using PagedBackend backend = new(Random())
        {
            BeforePass = steps =>
            {
                Thread.Sleep(1);
                if (steps.Any(step => step.Ids.Span.Contains(poison)))
                {
                    throw new InvalidOperationException("poisoned");
                }
            },
        };
        using CausalLanguageModel model = new(backend, s_tokenizer);
        using SimdBackend alone = Random();
        int failures = 0;
        await Task.WhenAll(Enumerable.Range(0, 6).Select(agent => Task.Run(async () =>
        {
            using ITokenContext context = model.CreateContext();
            List<int> read = [];
            for (int step = 0; step < 40; step++)
            {
                if (agent == 0 && step % 3 == 1)
                {
                    Assert.That(async () => await ReadAsync(context, [1, poison]), Throws.InvalidOperationException.With.Message.EqualTo("poisoned"));
                    Assert.That(context.Length, Is.EqualTo(read.Count));
                    failures++;
                }

                int[] ids = [(agent * 7) + step];
                read.AddRange(ids);
                Assert.That(await ReadAsync(context, ids), Is.EqualTo(Alone(alone, read, 1, LogitsWanted.Last)));
            }
        })));
        Assert.That(failures, Is.EqualTo(13));
        Assert.That(backend.PassSizes.Max(), Is.GreaterThan(2));
    }

    [Test]
    public async Task Two_appends_of_one_context_at_once_are_refused()
    {
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim go = new();
        using PagedBackend backend = new(Repeating())
        {
            BeforePass = _ =>
            {
                begun.Set();
                go.Wait();
            },
        };
        using CausalLanguageModel model = new(backend, s_tokenizer);
        ITokenContext context = model.CreateContext();
        Task<float[]> first = Task.Run(() => ReadAsync(context, [1]));
        begun.Wait();
        Assert.That(async () => await ReadAsync(context, [2]), Throws.InvalidOperationException.With.Message.Contains("one thing at a time"));
        Assert.That(() => context.Rewind(0), Throws.InvalidOperationException);
        Assert.That(() => context.Fork(), Throws.InvalidOperationException);
        context.Dispose();
        go.Set();
        Assert.That(await first, Has.Length.EqualTo(257), "closing it meanwhile frees it when it is done");
        Assert.That(backend.Sequences, Is.Zero);
        Assert.That(async () => await ReadAsync(context, [2]), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Disposing_of_the_model_ends_who_waits()
    {
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim go = new();
        PagedBackend backend = new(Repeating())
        {
            BeforePass = _ =>
            {
                begun.Set();
                go.Wait();
            },
        };
        CausalLanguageModel model = new(backend, s_tokenizer);
        Task<float[]> reads = Task.Run(() => ReadAsync(model.CreateContext(), [1]));
        begun.Wait();
        Task<float[]> waits = ReadAsync(model.CreateContext(), [2]);
        Task disposing = Task.Run(model.Dispose);
        await Task.Delay(20);
        Assert.That(disposing.IsCompleted, Is.False, "it waits for what is being read");
        go.Set();
        Assert.That(async () => await waits, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(await reads, Has.Length.EqualTo(257));
        await disposing;
        Assert.That(async () => await ReadAsync(model.CreateContext(), [3]), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Alone_a_step_stays_on_its_thread_and_allocates_nothing()
    {
        int thread = 0;
        bool waited = false;
        using CausalLanguageModel model = new(new QuietBackend(() => thread = Environment.CurrentManagedThreadId), s_tokenizer);
        using ITokenContext context = model.CreateContext();
        int[] ids = [7];
        for (int step = 0; step < 100; step++)
        {
            Read();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 100; step++)
        {
            Read();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(waited, Is.False, "nobody else is there");
        Assert.That(thread, Is.EqualTo(Environment.CurrentManagedThreadId));

        void Read()
        {
            ValueTask<Logits> task = context.AppendAsync(ids);
            waited |= !task.IsCompletedSuccessfully;
            _ = task.Result;
        }
    }

    [Test]
    [Explicit("A campaign; CI runs the short one.")]
    public Task Memory_stays_flat_in_the_long_run() => SoakAsync(100_000);

    [Test]
    public Task Memory_stays_flat() => SoakAsync(4_000);

    private static async Task SoakAsync(int steps)
    {
        using PagedBackend backend = new(Random(), capacity: 4096);
        using CausalLanguageModel model = new(backend, s_tokenizer, new CausalLanguageModelOptions { Speculation = new SpeculationOptions() });
        long settled = 0;
        Stopwatch clock = Stopwatch.StartNew();
        for (int done = 0, round = 0; done < steps; round++)
        {
            done += (await Task.WhenAll(Enumerable.Range(0, 8).Select(agent => Task.Run(async () =>
            {
                using CancellationTokenSource stop = new();
                int tokens = 0;
                try
                {
                    await foreach (GenerationUpdate _ in model.GenerateAsync(Ids((round % 5) + agent, 40), new GenerationOptions { MaxTokens = 50, Seed = agent, Sampling = new SamplingOptions() }, stop.Token))
                    {
                        if (++tokens == 30 && agent == 3)
                        {
                            await stop.CancelAsync();
                        }
                    }
                }
                catch (OperationCanceledException)
                {
                }

                return tokens;
            })))).Sum();
            if (done > steps / 4 && settled == 0)
            {
                settled = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        long end = GC.GetTotalMemory(forceFullCollection: true);
        TestContext.Out.WriteLine($"{settled / 1024} KiB after a quarter, {end / 1024} KiB at the end, {clock.Elapsed.TotalSeconds:F1} s, {backend.Sequences} sequences");
        Assert.That(end - settled, Is.LessThan(2 << 20));
        Assert.That(backend.Sequences, Is.LessThanOrEqualTo(16), "what is left is what the prefix cache keeps");
    }

    // One at a time: the backend is no model.
    private static float[] Alone(ILogitsBackend backend, IReadOnlyList<int> read, int last, LogitsWanted wanted)
    {
        lock (backend)
        {
            using IBackendSequence sequence = backend.CreateSequence(backend.Config.ContextLength);
            int rows = StepRequest.Rows(last, wanted);
            float[] logits = new float[rows * 257];
            if (read.Count > last)
            {
                sequence.Append([.. read.Take(read.Count - last)], LogitsWanted.None, []);
            }

            sequence.Append([.. read.Skip(read.Count - last)], wanted, logits);
            return logits;
        }
    }

    /// <summary>Does nothing, and allocates nothing for it.</summary>
    private sealed class QuietBackend(Action append) : ILogitsBackend
    {
        public string Name => "quiet";

        public TransformerConfig Config { get; } = Shape with { ContextLength = 1 << 20 };

        public IBackendSequence CreateSequence(int capacity) => new Sequence(capacity);

        public void Append(IReadOnlyList<SequenceStep> steps, CancellationToken cancellationToken = default)
        {
            append();
            for (int index = 0; index < steps.Count; index++)
            {
                steps[index].Sequence.Append(steps[index].Ids.Span, steps[index].Wanted, steps[index].Logits.Span, cancellationToken);
            }
        }

        public void Dispose()
        {
        }

        private sealed class Sequence(int capacity) : IBackendSequence
        {
            public int Length { get; private set; }

            public int Capacity => capacity;

            public void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default) => Length += ids.Length;

            public IBackendSequence Fork() => new Sequence(capacity) { Length = Length };

            public void Rewind(int length) => Length = length;

            public void Dispose()
            {
            }
        }
    }
}
