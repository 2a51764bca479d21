using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>
/// A conversation with an agent: each thing said is a goal, or the answer to the question the last goal led to, and the planner knows what came before: the last 20 turns, and of a long answer the first 1,000 characters. The conversation is plain JSON between two turns, to
/// be kept wherever the application keeps its data. One turn at a time; not thread-safe otherwise.
/// </summary>
public sealed class AgentSession
{
    private const int MostEarlier = 20;
    private const int LongestEarlier = 1000;

    private readonly List<AgentTurn> _turns;
    private int _busy;

    /// <summary>Begins a conversation.</summary>
    /// <param name="id">Names it. Default: a new identifier.</param>
    public AgentSession(string? id = null)
        : this(new AgentSessionState(id ?? Guid.CreateVersion7().ToString("n"), []))
    {
    }

    private AgentSession(AgentSessionState state) => (Id, _turns) = (state.Id, [.. state.Turns]);

    /// <summary>Names the conversation.</summary>
    public string Id { get; }

    /// <summary>What was said and what came of it, oldest first.</summary>
    public IReadOnlyList<AgentTurn> Turns => _turns;

    /// <summary>The question that the next thing said answers, or null.</summary>
    public string? OpenQuestion => _turns is [.., { Status: AgentStatus.NeedsInput, QuestionDropped: false } last] ? last.Question : null;

    /// <summary>Leaves the open question unanswered, if there is one: the next thing said is a goal of its own.</summary>
    public void DropQuestion()
    {
        if (OpenQuestion is not null)
        {
            _turns[^1] = _turns[^1] with { QuestionDropped = true };
        }
    }

    /// <summary>Reads a conversation.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave.</param>
    /// <exception cref="AutoGptException">The text is not that of a conversation.</exception>
    public static AgentSession FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return JsonSerializer.Deserialize(json, AgentJsonContext.Default.AgentSessionState) is { Id.Length: > 0, Turns: { } turns } state
                && turns.All(turn => turn is { Said: not null, RunId: not null })
                ? new AgentSession(state) : throw new AutoGptException("The text is not that of a conversation: its id or its turns are missing.");
        }
        catch (JsonException error)
        {
            throw new AutoGptException($"The text is not that of a conversation: {SingleLine.Of(error.Message)}", error);
        }
    }

    /// <summary>The conversation as JSON, with no type names in it.</summary>
    public string ToJson() => JsonSerializer.Serialize(new AgentSessionState(Id, _turns), AgentJsonContext.Default.AgentSessionState);

    /// <summary>Says something to an agent and streams what happens. What came of it joins the conversation when the stream ends.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="said">A goal, or the answer to <see cref="OpenQuestion"/>.</param>
    /// <param name="options">What may differ from run to run. Default: those the agent was built with.</param>
    /// <param name="cancellationToken">Ends the run; the turn is kept as cancelled.</param>
    /// <exception cref="InvalidOperationException">The last turn has not ended.</exception>
    public IAsyncEnumerable<AgentEvent> SayStreamingAsync(IAgent agent, string said, AgentRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentException.ThrowIfNullOrWhiteSpace(said);
        return StreamAsync(agent, new Goal(said), options, cancellationToken);
    }

    /// <summary>Says something to an agent and returns what came of it.</summary>
    /// <inheritdoc cref="SayStreamingAsync" path="/param"/>
    /// <inheritdoc cref="SayStreamingAsync" path="/exception"/>
    public async Task<AgentResult> SayAsync(IAgent agent, string said, AgentRunOptions? options = null, CancellationToken cancellationToken = default)
    {
        AgentResult? result = null;
        await foreach (AgentEvent happened in SayStreamingAsync(agent, said, options, cancellationToken).ConfigureAwait(false))
        {
            result = (happened as RunCompleted)?.Result ?? result;
        }

        return result ?? throw new AutoGptException($"{agent.GetType().Name} ended its stream without a {nameof(RunCompleted)} event.");
    }

    private async IAsyncEnumerable<AgentEvent> StreamAsync(IAgent agent, Goal said, AgentRunOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException("The last turn of this conversation has not ended.");
        }

        try
        {
            // An answer belongs into the wish: it says what is wanted, and a planner checks that what a wish names is used.
            AgentTurn? asked = OpenQuestion is null ? null : _turns[^1];
            Goal goal = said with { Text = asked is null ? said.Text : Join(asked.Goal ?? asked.Said, said.Text), Earlier = [.. _turns.SkipLast(asked is null ? 0 : 1).TakeLast(MostEarlier).Select(Short)] };
            RunStarted? started = null;
            await foreach (AgentEvent happened in agent.RunStreamingAsync(goal, options, cancellationToken).ConfigureAwait(false))
            {
                started ??= happened as RunStarted;
                if (happened is RunCompleted { Result: { } result })
                {
                    _turns.Add(new AgentTurn(said.Text, result.RunId, result.Status)
                    {
                        Goal = asked is null ? null : goal.Text, Answer = result.Answer, Question = result.Question, At = started?.Timestamp ?? happened.Timestamp,
                    });
                }

                yield return happened;
            }
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    // What a planner is told of before; all of it is kept.
    private static AgentTurn Short(AgentTurn turn) => turn.Answer is { Length: > LongestEarlier } answer ? turn with { Answer = ShortText.Of(answer, LongestEarlier) } : turn;

    private static string Join(string goal, string answer) => goal + (goal[^1] is '.' or '!' or '?' ? " " : ". ") + answer;
}
