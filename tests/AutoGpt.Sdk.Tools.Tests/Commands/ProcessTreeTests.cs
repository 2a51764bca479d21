using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk.Tools.Tests.Commands;

/// <summary>Whatever ends a command, nothing of it is left. The judge is /proc, which is asked for a word in the command lines and knows nothing of how the tool finds its processes.</summary>
[CancelAfter(240_000)]
[Platform("Linux")]
public sealed class ProcessTreeTests
{
    // Deaf to SIGTERM, children of children, one in a session of its own, two whose parents have ended, one with closed pipes, one whose environment was emptied.
    private const string Nasty = """
        trap '' TERM HUP INT
        sleep WORD &
        sh -c "trap '' TERM; sleep WORD & sleep WORD" &
        setsid sh -c "trap '' TERM; sleep WORD" &
        (setsid sh -c 'sleep WORD & exec sleep WORD' >/dev/null 2>&1 </dev/null &)
        (sleep WORD &)
        env -i sleep WORD &
        sleep WORD
        """;

    private const int NastyProcesses = 11; // With the shells whose command lines hold the word.

    [Test]
    public async Task Cancellation_leaves_nothing(CancellationToken cancellationToken)
    {
        using CommandBench bench = new();
        using CancellationTokenSource cancel = new();
        Task<JsonElement> running = bench.ShAsync(Nasty.Replace("WORD", bench.Word, StringComparison.Ordinal), cancel.Token);
        await bench.UntilAliveAsync(NastyProcesses, cancellationToken);
        await cancel.CancelAsync();
        Assert.That(() => running, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(bench.Alive(), Is.Empty);
    }

    [Test]
    public async Task The_tools_own_timeout_leaves_nothing(CancellationToken cancellationToken)
    {
        using CommandBench bench = new(policy => policy with { Timeout = TimeSpan.FromSeconds(1) });
        ToolException error = (await Assert.ThrowsAsync<ToolException>(() => bench.ShAsync("echo so far;" + Nasty.Replace("WORD", bench.Word, StringComparison.Ordinal), cancellationToken)))!;
        Assert.That(error.Message, Is.EqualTo("sh took longer than 1 s and was ended. Output: so far"));
        Assert.That(bench.Alive(), Is.Empty);
    }

    [Test]
    public async Task A_steps_timeout_leaves_nothing(CancellationToken cancellationToken)
    {
        using CommandBench bench = new();
        AgentResult result = await bench.Agent(Nasty.Replace("WORD", bench.Word, StringComparison.Ordinal), options => options.StepTimeout = TimeSpan.FromSeconds(1)).RunAsync("goal", cancellationToken: cancellationToken);
        await bench.UntilGoneAsync(cancellationToken);
        Assert.That(result.Steps.Single().Status, Is.EqualTo(StepStatus.TimedOut));
    }

    [Test]
    public async Task A_runs_cancellation_leaves_nothing(CancellationToken cancellationToken)
    {
        using CommandBench bench = new();
        using CancellationTokenSource cancel = new();
        Task<AgentResult> running = bench.Agent(Nasty.Replace("WORD", bench.Word, StringComparison.Ordinal)).RunAsync("goal", cancellationToken: cancel.Token);
        await bench.UntilAliveAsync(NastyProcesses, cancellationToken);
        await cancel.CancelAsync();
        AgentResult result = await running;
        await bench.UntilGoneAsync(cancellationToken);
        Assert.That((result.Status, result.Steps.Single().Status), Is.EqualTo((AgentStatus.Cancelled, StepStatus.Cancelled)));
    }

    [Test]
    public async Task Who_holds_the_pipes_open_holds_nobody_up_and_ends_with_the_command(CancellationToken cancellationToken)
    {
        using CommandBench bench = new();
        long start = Stopwatch.GetTimestamp();
        JsonElement result = await bench.ShAsync($"sleep {bench.Word} & (setsid sleep {bench.Word} &); echo done", cancellationToken);
        Assert.That(result.GetProperty("output").GetString(), Is.EqualTo("done\n"));
        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(10)));
        Assert.That(bench.Alive(), Is.Empty);
    }

    /// <summary>Random trees, each ended at a random moment: many while they still grow.</summary>
    [Test]
    public async Task Random_trees_leave_nothing(CancellationToken cancellationToken)
    {
        Random random = new(5);
        int left = 0, cancelled = 0, seen = 0;
        int trees = int.Parse(Environment.GetEnvironmentVariable("AUTOGPT_TREES") ?? "40", CultureInfo.InvariantCulture);
        for (int tree = 0; tree < trees; tree++)
        {
            using CommandBench bench = new();
            using CancellationTokenSource cancel = new();
            Task<JsonElement> running = bench.ShAsync(Tree(random, 4, bench.Word), cancel.Token);
            await Task.Delay(random.Next(120), cancellationToken);
            seen += bench.Alive().Count;
            await cancel.CancelAsync();
            try
            {
                await running;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }
            catch (ToolException)
            {
                // It ended by itself.
            }

            left += bench.Alive().Count;
        }

        TestContext.Out.WriteLine($"{trees} trees, {cancelled} cancelled, {seen} processes seen alive before, {left} left");
        Assert.That((left, seen > 3 * trees, cancelled > trees / 4), Is.EqualTo((0, true, true)));
    }

    private static string Tree(Random random, int depth, string word)
    {
        StringBuilder script = new(random.Next(2) == 0 ? "trap '' TERM HUP; " : "");
        for (int child = random.Next(1, 4); child > 0; child--)
        {
            string body = depth == 0 || random.Next(3) == 0 ? $"sleep {word}" : Tree(random, depth - 1, word);
            string quoted = "'" + body.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
            script.Append(CultureInfo.InvariantCulture, $"{random.Next(4) switch
            {
                0 => $"sh -c {quoted} &",
                1 => $"setsid sh -c {quoted} >/dev/null 2>&1 &",
                2 => $"(setsid sh -c {quoted} &) ;",
                _ => $"(sh -c {quoted} &) ;",
            }} ");
        }

        return script.Append(random.Next(3) switch { 0 => "true", 1 => "wait", _ => $"sleep {word}" }).ToString();
    }
}
