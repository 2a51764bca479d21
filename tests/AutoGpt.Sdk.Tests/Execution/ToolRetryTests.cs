using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace AutoGpt.Sdk.Tests;

[CancelAfter(20_000)]
public sealed class ToolRetryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public async Task A_transient_failure_is_tried_again_after_growing_waits()
    {
        Bench bench = new(ToolHints.ReadOnly, new IOException("one"), new TimeoutException("two"), null);
        StepResult result = await bench.RunAsync();
        Assert.That((result.Status, result.Text, result.Attempts), Is.EqualTo((StepStatus.Succeeded, "done", 3)));
        Assert.That(bench.Waits, Is.EqualTo([Milliseconds(200), Milliseconds(400)]));
        Assert.That(bench.Arguments, Is.EqualTo(Enumerable.Repeat("""{"text":"same"}""", 3)), "the call that was approved, and no other");
        Assert.That(bench.Decisions, Is.EqualTo(1), "one approval covers them all");
    }

    [Test]
    public async Task When_retries_are_used_up_the_last_failure_is_the_steps()
    {
        Bench bench = new(ToolHints.ReadOnly, new IOException("one"), new IOException("two"), new IOException("three"), null);
        StepResult result = await bench.RunAsync();
        Assert.That((result.Status, result.Error, result.Attempts), Is.EqualTo((StepStatus.Failed, "three", 3)));
    }

    [TestCase(ToolHints.ReadOnly, "", 2)]
    [TestCase(ToolHints.Idempotent, "", 2)]
    [TestCase(ToolHints.TakesIdempotencyKey, "key", 2)]
    [TestCase(ToolHints.TakesIdempotencyKey, "", 1)]
    [TestCase("none", "key", 1)]
    public async Task Only_tools_that_may_be_called_twice_are(string hint, string key, int attempts)
    {
        Bench bench = new(hint, new IOException("one"), null) { Key = key };
        StepResult result = await bench.RunAsync();
        Assert.That((result.Attempts, bench.Arguments.Count), Is.EqualTo((attempts, attempts)));
        Assert.That(bench.Keys, Is.All.EqualTo(key.Length > 0 ? key : null));
    }

    [Test]
    public async Task A_lasting_failure_is_not_tried_again()
    {
        Bench bench = new(ToolHints.ReadOnly, new FileNotFoundException("gone"), null);
        Assert.That(await bench.RunAsync(), Has.Property("Attempts").EqualTo(1).And.Property("Error").EqualTo("gone"));
    }

    [TestCase(5, 2)]
    [TestCase(30, 1)]
    public async Task A_tool_says_how_long_to_wait_and_is_not_called_sooner(int seconds, int attempts)
    {
        Bench bench = new(ToolHints.ReadOnly, new TransientToolException("busy") { RetryAfter = seconds * Second }, null) { Timeout = 60 * Second };
        StepResult result = await bench.RunAsync();
        Assert.That(result.Attempts, Is.EqualTo(attempts), "ten seconds are the longest wait");
        Assert.That(bench.Waits, Is.EqualTo(attempts == 1 ? [] : new[] { seconds * Second }));
    }

    [Test]
    public async Task A_wait_that_would_outlast_the_step_is_not_begun()
    {
        Bench bench = new(ToolHints.ReadOnly, new IOException("one"), new IOException("two"), null) { Timeout = Milliseconds(500) };
        StepResult result = await bench.RunAsync();
        Assert.That((result.Status, result.Error, result.Attempts), Is.EqualTo((StepStatus.Failed, "two", 2)), "after 200 ms, another 400 ms would be too long");
    }

    [Test]
    public async Task Waits_double_up_to_their_bound()
    {
        Bench bench = new(ToolHints.ReadOnly, [.. Enumerable.Repeat(new IOException("x"), 6), null])
        {
            Retry = new ToolRetryOptions { MaxRetries = 6, BaseDelay = Second, MaxDelay = 5 * Second }, Timeout = 60 * Second,
        };
        await bench.RunAsync();
        Assert.That(bench.Waits, Is.EqualTo(new[] { 1, 2, 4, 5, 5, 5 }.Select(seconds => seconds * Second)));
    }

    [Test]
    public async Task Jitter_comes_from_a_seed_and_shortens_by_up_to_a_half()
    {
        async Task<List<TimeSpan>> WaitsAsync(int? seed)
        {
            Bench bench = new(ToolHints.ReadOnly, [.. Enumerable.Repeat(new IOException("x"), 6), null]) { Retry = new ToolRetryOptions { MaxRetries = 6, BaseDelay = Second, JitterSeed = seed }, Timeout = 600 * Second };
            await bench.RunAsync();
            return bench.Waits;
        }

        List<TimeSpan> plain = await WaitsAsync(null), one = await WaitsAsync(1), again = await WaitsAsync(1), two = await WaitsAsync(2);
        Assert.That(one, Is.EqualTo(again).And.Not.EqualTo(two).And.Not.EqualTo(plain));
        Assert.That(one.Zip(plain), Has.All.Matches<(TimeSpan With, TimeSpan Without)>(pair => pair.With >= pair.Without / 2 && pair.With <= pair.Without));
    }

    [Test]
    public async Task Cancellation_ends_a_wait(CancellationToken cancellationToken)
    {
        using CancellationTokenSource cancel = new();
        TaskCompletionSource called = new();
        TestTool tool = new("tool", TestTool.Empty, (_, _) =>
        {
            called.TrySetResult();
            throw new IOException("x");
        });
        Task<StepResult> running = new ToolStepExecutor(new ActionGate([tool]), new ToolStepExecutorOptions { TimeProvider = new FakeTimeProvider() })
            .ExecuteAsync(new StepContext("run", new PlanStep(1, "tool", []), tool, [], Second), cancel.Token).AsTask();
        await called.Task;
        await cancel.CancelAsync();
        Assert.That(await running.WaitAsync(cancellationToken), Has.Property("Status").EqualTo(StepStatus.Cancelled).And.Property("Attempts").EqualTo(1));
    }

    [Test]
    public async Task An_agents_options_and_predicate_reach_the_executor()
    {
        int calls = 0;
        TestTool tool = new("tool", TestTool.Empty, (_, _) => ++calls < 4 ? throw new InvalidDataException("x") : Task.FromResult<object?>(new string('a', 50)));
        AgentResult result = await Runs.Agent(new ScriptedPlanner(Runs.Plan(("tool", "{}"))), [tool], parts =>
        {
            parts.Options.Retry = new ToolRetryOptions { MaxRetries = 3, BaseDelay = TimeSpan.Zero };
            parts.Options.MaxResultLength = 52;
            parts.IsTransient = error => error is InvalidDataException;
        }).RunAsync("goal");
        Assert.That(result.Steps, Has.One.Property("Attempts").EqualTo(4).And.One.Property("Status").EqualTo(StepStatus.Succeeded));
    }

    [Test]
    public void Options_out_of_range_are_refused()
    {
        foreach (ToolStepExecutorOptions options in new[]
        {
            new ToolStepExecutorOptions { MaxResultLength = 0 },
            new ToolStepExecutorOptions { Retry = new ToolRetryOptions { MaxRetries = -1 } },
            new ToolStepExecutorOptions { Retry = new ToolRetryOptions { BaseDelay = -Second } },
            new ToolStepExecutorOptions { Retry = new ToolRetryOptions { MaxDelay = -Second } },
        })
        {
            Assert.That(() => new ToolStepExecutor(new ActionGate([]), options), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }
    }

    [TestCase(50, true)]
    [TestCase(51, false)]
    public async Task A_result_may_have_so_many_characters_of_JSON(int characters, bool fits)
    {
        foreach (object value in new object[] { new string('ä', characters), JsonDocument.Parse('[' + new string(' ', characters - 1) + "1]").RootElement })
        {
            TestTool tool = new("tool", TestTool.Empty, value);
            ToolStepExecutor executor = new(new ActionGate([tool]), new ToolStepExecutorOptions { MaxResultLength = value is string ? 6 * 50 + 2 : 52 }); // An ä is \u00E4 in JSON.
            StepResult result = await executor.ExecuteAsync(new StepContext("run", new PlanStep(1, "tool", []), tool, [], Second));
            Assert.That(result.Succeeded, Is.EqualTo(fits), result.Error);
            Assert.That(result.Error, fits ? Is.Null : Does.Contain("write them to a file and return the path"));
        }
    }

    [Test]
    public void Attempts_are_stored_only_where_there_were_several()
    {
        string Json(int attempts) => JsonSerializer.Serialize(new StepCompleted(new StepResult(1, "tool", StepStatus.Succeeded) { Attempts = attempts }), AgentJsonContext.Default.AgentEvent);
        int Read(string json) => ((StepCompleted)JsonSerializer.Deserialize(json, AgentJsonContext.Default.AgentEvent)!).Result.Attempts;
        Assert.That(Json(1), Does.Not.Contain("ttempts"));
        Assert.That(Json(3), Does.Contain("\"attempts\":3"));
        Assert.That((Read(Json(1)), Read(Json(3)), Read(Json(3).Replace(":3", ":-3", StringComparison.Ordinal))), Is.EqualTo((1, 3, 1)));
    }

    private static readonly (Exception Error, bool Transient)[] Failures =
    [
        (new TransientToolException("x"), true), (new TimeoutException(), true), (new TaskCanceledException("x", new TimeoutException()), true), (new TaskCanceledException(), false),
        (new HttpRequestException("x"), true), (Answer(HttpStatusCode.RequestTimeout), true), (Answer(HttpStatusCode.TooManyRequests), true), (Answer(HttpStatusCode.InternalServerError), true),
        (Answer(HttpStatusCode.ServiceUnavailable), true), (Answer(HttpStatusCode.BadRequest), false), (Answer(HttpStatusCode.NotFound), false), (Answer(HttpStatusCode.NotImplemented), false),
        (new HttpRequestException("x", new AuthenticationException()), false), (new HttpRequestException("x", new SocketException((int)SocketError.HostNotFound)), false),
        (new HttpRequestException("x", new SocketException((int)SocketError.ConnectionRefused)), true), (new SocketException((int)SocketError.ConnectionReset), true),
        (new SocketException((int)SocketError.HostNotFound), false), (new SocketException((int)SocketError.AccessDenied), false), (new IOException("x"), true), (new IOException("x", 28), false),
        (new FileNotFoundException(), false), (new DirectoryNotFoundException(), false), (new PathTooLongException(), false), (new EndOfStreamException(), false),
        (new HttpIOException(HttpRequestError.ResponseEnded), true), (new HttpIOException(HttpRequestError.InvalidResponse), false), (new UnauthorizedAccessException(), false), (new InvalidOperationException(), false),
    ];

    [TestCaseSource(nameof(Failures))]
    public void What_passes_and_what_stays((Exception Error, bool Transient) failure) => Assert.That(TransientFailure.IsTransient(failure.Error), Is.EqualTo(failure.Transient));

    private static HttpRequestException Answer(HttpStatusCode status) => new("x", null, status);

    private static TimeSpan Milliseconds(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    /// <summary>A tool that fails as told, under a clock that moves as soon as somebody waits for it.</summary>
    private sealed class Bench(string hint, params Exception?[] failures) : AIFunction, IActionGuard
    {
        private readonly LeapingTime _time = new();
        private readonly List<DateTimeOffset> _calls = [];

        public string Key { get; init; } = "";

        public TimeSpan Timeout { get; init; } = 5 * Second;

        public ToolRetryOptions Retry { get; init; } = new();

        public List<string> Arguments { get; } = [];

        public List<string?> Keys { get; } = [];

        public int Decisions { get; private set; }

        public List<TimeSpan> Waits => [.. _calls.Zip(_calls.Skip(1), (one, next) => next - one)];

        public override string Name => "tool";

        public override IReadOnlyDictionary<string, object?> AdditionalProperties => new Dictionary<string, object?> { [hint] = true };

        public async Task<StepResult> RunAsync()
        {
            ToolStepExecutor executor = new(new ActionGate([this], [this]), new ToolStepExecutorOptions { TimeProvider = _time, Retry = Retry });
            PlanStep step = new(1, Name, new System.Text.Json.Nodes.JsonObject { ["text"] = "same" });
            return await executor.ExecuteAsync(new StepContext("run", step, this, step.Arguments, Timeout) { IdempotencyKey = Key });
        }

        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default)
        {
            Decisions++;
            return ValueTask.FromResult(ActionDecision.Allow);
        }

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            _calls.Add(_time.GetUtcNow());
            Keys.Add(arguments.IdempotencyKey());
            Arguments.Add("{" + string.Join(',', arguments.Select(pair => $"\"{pair.Key}\":\"{pair.Value}\"")) + "}");
            arguments.Clear(); // A tool that spoils what it was given spoils no later call.
            return failures[_calls.Count - 1] is { } error ? throw error : ValueTask.FromResult<object?>("done");
        }
    }

    /// <summary>Time that stands still until somebody delays for it, and is then over at once; timeouts of steps do not count as somebody.</summary>
    private sealed class LeapingTime : TimeProvider
    {
        private readonly FakeTimeProvider _time = new();

        public override long TimestampFrequency => _time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

        public override long GetTimestamp() => _time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = _time.CreateTimer(callback, state, dueTime, period);
            if (state?.GetType().Name.Contains("DelayPromise", StringComparison.Ordinal) == true)
            {
                _ = Task.Run(() => _time.Advance(dueTime));
            }

            return timer;
        }
    }
}
