using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Benchmarks;

/// <summary>
/// What a step costs besides model and tool: sixteen steps, one after another, of a tool that returns at once. Beside it the loop of Microsoft.Extensions.AI that calls functions, over a
/// client that asks for the same sixteen calls; it keeps no journal and knows no plan, guard or limit.
/// </summary>
[MemoryDiagnoser]
public class LoopBenchmarks
{
    private const int Steps = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("autogpt-bench-").FullName;
    private readonly AIFunction _tool;
    private readonly List<IDisposable> _open = [];
    private Func<Task<ChatResponse>>? _ask;
    private AutonomousAgent? _inMemory;
    private AutonomousAgent? _processCrash;
    private AutonomousAgent? _powerLoss;
    private int _calls;

    public LoopBenchmarks() => _tool = AIFunctionFactory.Create(
        (string text) =>
        {
            _calls++;
            return text;
        },
        new AIFunctionFactoryOptions { Name = "echo", AdditionalProperties = new Dictionary<string, object?> { [ToolHints.ReadOnly] = true } });

    [GlobalSetup]
    public void SetUp()
    {
        _inMemory = Agent(new InMemoryRunJournal());
        _processCrash = Agent(Journal(Durability.ProcessCrash));
        _powerLoss = Agent(Journal(Durability.PowerLoss));
        FunctionInvokingChatClient client = new(new Caller()) { MaximumIterationsPerRequest = 2 * Steps };
        _open.Add(client);
        ChatOptions options = new() { Tools = [_tool] };
        _ask = () => client.GetResponseAsync("go", options);
        FunctionInvokingClient().GetAwaiter().GetResult();
        if (_calls != Steps)
        {
            throw new InvalidOperationException($"The client called the function {_calls} times, not {Steps}.");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Steps)]
    public Task<ChatResponse> FunctionInvokingClient() => _ask!();

    [Benchmark(OperationsPerInvoke = Steps)]
    public Task<AgentResult> InMemory() => RunAsync(_inMemory!);

    [Benchmark(OperationsPerInvoke = Steps)]
    public Task<AgentResult> ProcessCrash() => RunAsync(_processCrash!);

    [Benchmark(OperationsPerInvoke = Steps)]
    public Task<AgentResult> PowerLoss() => RunAsync(_powerLoss!);

    [GlobalCleanup]
    public void CleanUp()
    {
        _open.ForEach(each => each.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<AgentResult> RunAsync(AutonomousAgent agent)
    {
        AgentResult result = await agent.RunAsync("go");
        return result.Status == AgentStatus.Succeeded ? result : throw new InvalidOperationException(result.Reason);
    }

    private SqliteRunJournal Journal(Durability durability)
    {
        SqliteRunJournal journal = SqliteRunJournal.Open(Path.Combine(_folder, durability + ".db"), new SqliteRunJournalOptions { Durability = durability });
        _open.Add(journal);
        return journal;
    }

    private AutonomousAgent Agent(IRunJournal journal)
    {
        AgentComponents parts = new() { Planner = new Known(), Journal = journal };
        parts.Tools.Add(_tool);
        return new AutonomousAgent(parts);
    }

    private sealed class Known : IPlanner
    {
        private static readonly Plan Plan = new()
        {
            Steps = [.. Enumerable.Range(1, Steps).Select(step => new PlanStep(step, "echo", new JsonObject { ["text"] = step == 1 ? "text" : $"${step - 1}" }))],
        };

        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default) => ValueTask.FromResult(Plan);
    }

    // Asks for one call after another, as a model does that sees each result before it goes on.
    private sealed class Caller : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            int done = messages.Count(message => message.Role == ChatRole.Tool);
            ChatMessage next = done == Steps
                ? new ChatMessage(ChatRole.Assistant, "done")
                : new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"call{done}", "echo", new Dictionary<string, object?> { ["text"] = "text" })]);
            return Task.FromResult(new ChatResponse(next));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
