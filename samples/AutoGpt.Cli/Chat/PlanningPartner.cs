using AutoGpt.Cli.Commands;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;

namespace AutoGpt.Cli.Chat;

/// <summary>A planning model, such as <c>mini</c>: every line is a goal, or the answer to the question the last goal led to.</summary>
internal sealed class PlanningPartner(ILanguageModel model, string folder, bool json) : IChatPartner
{
    private Goal? _open;

    public int Turns { get; private set; }

    public long Tokens { get; private set; }

    public bool Asks => _open is not null;

    public async Task AnswerAsync(string said, CancellationToken cancellationToken)
    {
        Goal goal = _open is null ? new Goal(said) : _open with { Text = Join(_open.Text, said) };
        ConsoleApproval? approval = ConsoleApproval.WhereThereIsATerminal();
        IAsyncEnumerable<AgentEvent> events = RunCommand.CreateAgent(model, folder, approval).RunStreamingAsync(goal, null, cancellationToken);
        AgentResult result = json ? await RunJson.WriteAsync(events) : await RunView.ShowAsync(events, approval);
        Turns++;
        Tokens += result.Tokens;
        cancellationToken.ThrowIfCancellationRequested();
        _open = result.Status == AgentStatus.NeedsInput ? goal : null;
    }

    public void Forget() => (_open, Turns) = (null, 0);

    // Into the wish rather than its facts: the answer says what is wanted, and a planner checks that a wish's files are used.
    private static string Join(string goal, string answer) => goal + (goal[^1] is '.' or '!' or '?' ? " " : ". ") + answer;
}
