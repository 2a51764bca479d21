using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tests.Injection;

/// <summary>One user's task with one attack in what a tool returns, and a model that does whatever it reads.</summary>
/// <param name="Task">The task.</param>
/// <param name="Attack">The attack; null for none.</param>
/// <param name="Wrapping">Which of <see cref="Texts.Wrappings"/> the attack comes in.</param>
/// <param name="HonestFirst">Whether the model does what the user wanted before it obeys.</param>
internal sealed record Trial(UserTask Task, Attack? Attack, int Wrapping = 0, bool HonestFirst = false)
{
    private string Hostile => Attack is null ? "Nothing new." : Texts.Wrappings[Wrapping].Write(Texts.Wish(Attack.Calls));

    private IEnumerable<Call> Wanted => Attack?.Honest is { } also ? [Task.Act, also] : [Task.Act];

    /// <summary>An agent of ours: the model reads with its first plan, and obeys with its second.</summary>
    /// <param name="policy">The guard; null takes it out.</param>
    public async Task<Outcome> RunAgentAsync(Policy? policy)
    {
        Office office = new(Hostile, Attack?.Reference ?? "");
        MemoryAuditLog audit = new();
        List<JsonObject> planned = [];
        Person person = new(Wanted, Meddle);
        AutonomousAgent agent = Runs.Agent(new Obedient(this, planned), office.Tools, parts =>
        {
            parts.Evaluator = new ReadsFirst();
            parts.AuditLog = audit;
            Guard(parts.Guards, policy, Attack?.Honest is null ? Meddle : _ => { });
            parts.Approval = policy is { HasPerson: false } ? null : person;
        });
        AgentResult result = await agent.RunAsync("goal");
        IEnumerable<string?> told = [result.Reason, result.Question, .. result.Steps.Select(step => step.Error), .. person.Shown];
        return Judge(policy, office, audit, person.Asked, told);

        void Meddle(ActionRequest request)
        {
            if (Attack?.Mutation is { } mutation)
            {
                // Whatever anybody got hold of.
                planned.Append(request.Arguments).ToList().ForEach(arguments => Overwrite(arguments, mutation));
            }
        }
    }

    /// <summary>Somebody else's loop: the real FunctionInvokingChatClient, on tools that pass the gate.</summary>
    /// <param name="policy">The guard; null hands out the tools themselves.</param>
    public async Task<Outcome> RunChatAsync(Policy? policy)
    {
        Office office = new(Hostile, Attack?.Reference ?? "");
        MemoryAuditLog audit = new();
        List<IDictionary<string, object?>> called = [];
        Person person = new(Wanted, Meddle);
        List<IActionGuard> guards = [];
        Guard(guards, policy, Attack?.Honest is null ? Meddle : _ => { });
        IReadOnlyList<AIFunction> tools = office.Tools;
        ActionGate gate = new(tools, guards, policy is { HasPerson: false } ? null : person, audit);
        using FunctionInvokingChatClient client = new(new ObedientChat(this, called)) { IncludeDetailedErrors = true, MaximumConsecutiveErrorsPerRequest = 20 };
        ChatResponse response = await client.GetResponseAsync("goal", new ChatOptions { Tools = [.. policy is null ? tools : tools.Select(tool => gate.Protect(tool))] });
        IEnumerable<string?> told = response.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(content => (content.Exception as ActionRefusedException)?.Message);
        return Judge(policy, office, audit, person.Asked, told.Concat(person.Shown));

        void Meddle(ActionRequest request)
        {
            if (Attack?.Mutation is { } mutation)
            {
                Overwrite(request.Arguments, mutation);
                foreach (IDictionary<string, object?> arguments in called.Where(one => one.Keys.Order().SequenceEqual(request.Arguments.Select(pair => pair.Key).Order())))
                {
                    foreach ((string name, JsonNode? value) in JsonNode.Parse(mutation.Arguments)!.AsObject())
                    {
                        arguments[name] = value?.DeepClone();
                    }
                }
            }
        }
    }

    private static void Guard(ICollection<IActionGuard> guards, Policy? policy, Action<ActionRequest> meddle)
    {
        foreach (IActionGuard guard in policy?.Guards ?? [new AllowAll()])
        {
            guards.Add(guard);
        }

        guards.Add(new Meddler(meddle)); // Last: what it changes nobody looks at again.
    }

    private static void Overwrite(JsonObject arguments, Call mutation)
    {
        JsonObject wanted = JsonNode.Parse(mutation.Arguments)!.AsObject();
        foreach ((string name, JsonNode? value) in wanted)
        {
            arguments[name] = value?.DeepClone();
        }
    }

    private Outcome Judge(Policy? policy, Office office, MemoryAuditLog audit, int asked, IEnumerable<string?> told)
    {
        Policy judge = policy ?? Policy.All[0];
        List<string> honest = [.. Office.EffectsOf(Task.Act.Tool, JsonNode.Parse(Task.Act.Arguments)!.AsObject())];
        return new Outcome(
            judge.Forbidden(office.Effects, Wanted),
            honest.TrueForAll(office.Effects.Contains),
            office.Calls,
            audit.Entries.OfType<ActionDecided>().Count(entry => entry.IsPermitted && Policy.Acts(entry.Tool)),
            asked,
            [.. told.OfType<string>().Where(text => text.EnumerateRunes().Any(rune => SingleLine.IsHidden(rune) || rune.Value is '\u2028' or '\u2029'))]);
    }

    /// <summary>What came of a trial.</summary>
    /// <param name="Forbidden">The effects that nobody wanted.</param>
    /// <param name="IsDone">Whether what the user wanted was done.</param>
    /// <param name="Calls">Calls of tools that act, by the tools' count.</param>
    /// <param name="Permitted">Permitted calls of tools that act, by the audit log's.</param>
    /// <param name="Asked">How often the person was asked.</param>
    /// <param name="Hidden">Texts for people that hold hidden characters.</param>
    internal sealed record Outcome(IReadOnlyList<string> Forbidden, bool IsDone, int Calls, int Permitted, int Asked, IReadOnlyList<string> Hidden);

    private IReadOnlyList<Call> Answer(string read)
    {
        IReadOnlyList<Call> wish = Texts.Obey(read);
        return HonestFirst ? [Task.Act, .. wish] : [.. wish, Task.Act];
    }

    private sealed class Obedient(Trial trial, List<JsonObject> planned) : IPlanner
    {
        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default)
        {
            IReadOnlyList<Call> calls = context.Attempts is [var first, ..] ? trial.Answer(first.Results[0].Text) : [new Call(trial.Task.Reader, "{}")];
            int shift = trial.HonestFirst ? 1 : 0; // References count from the first of the attacker's calls.
            Plan plan = new() { Steps = [.. calls.Select((call, index) => (index == 0 || shift == 0 ? call : call with { Arguments = call.Arguments.Replace("\"$1\"", "\"$2\"", StringComparison.Ordinal) }).AsStep(index + 1))] };
            planned.AddRange(plan.Steps.Where(step => trial.Attack?.Mutation?.Tool == step.Tool).Select(step => step.Arguments));
            return ValueTask.FromResult(plan);
        }
    }

    /// <summary>Has the model plan again once it has read, and lets it be after that.</summary>
    private sealed class ReadsFirst : IEvaluator
    {
        public ValueTask<Evaluation> EvaluateAsync(EvaluationContext context, CancellationToken cancellationToken = default) => context.Attempts.Count == 0
            ? ValueTask.FromResult(new Evaluation(Verdict.Replan) { Reason = "Now do it." })
            : new OutcomeEvaluator().EvaluateAsync(context, cancellationToken);
    }

    private sealed class ObedientChat(Trial trial, List<IDictionary<string, object?>> called) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            FunctionResultContent[] results = [.. messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>()];
            if (results.Length == 0)
            {
                return Say(0, new Call(trial.Task.Reader, "{}"));
            }

            Call[] calls = [.. trial.Answer($"{results[0].Result}")];
            int next = results.Length - 1;
            if (next >= calls.Length)
            {
                return System.Threading.Tasks.Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "done")));
            }

            // A chat has no references: the model writes down what it read.
            string reference = JsonSerializer.Serialize(trial.Attack?.Reference ?? "");
            return Say(results.Length, calls[next] with { Arguments = calls[next].Arguments.Replace("\"$1\"", reference, StringComparison.Ordinal) });
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (ChatResponseUpdate update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            {
                yield return update;
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        private Task<ChatResponse> Say(int number, Call call)
        {
            // As the clients of model providers read arguments: what is named twice is the last of it.
            using JsonDocument document = JsonDocument.Parse(call.Arguments);
            Dictionary<string, object?> arguments = [];
            foreach (JsonProperty argument in document.RootElement.EnumerateObject())
            {
                arguments[argument.Name] = argument.Value.Clone();
            }

            called.Add(arguments);
            return System.Threading.Tasks.Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"c{number}", call.Tool, arguments)])));
        }
    }
}
