using AutoGpt.Cli.Commands;
using AutoGpt.Cli.Output;
using AutoGpt.Sdk;

namespace AutoGpt.Cli.Chat;

/// <summary>A planning model, such as <c>mini</c>: every line is a goal, or the answer to the question the last goal led to.</summary>
internal sealed class PlanningPartner(ILanguageModel model, string folder, bool json, string? file) : IChatPartner
{
    private AgentSession _session = Open(file);

    public int Turns => _session.Turns.Count;

    public long Tokens { get; private set; }

    public bool Asks => _session.OpenQuestion is not null;

    public async Task AnswerAsync(string said, CancellationToken cancellationToken)
    {
        ConsoleApproval? approval = ConsoleApproval.WhereThereIsATerminal();
        IAsyncEnumerable<AgentEvent> events = _session.SayStreamingAsync(RunCommand.CreateAgent(model, folder, approval), said, null, cancellationToken);
        AgentResult result = json ? await RunJson.WriteAsync(events) : await RunView.ShowAsync(events, approval);
        Tokens += result.Tokens;
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, _session.ToJson(), CancellationToken.None);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    public void DropQuestion() => _session.DropQuestion();

    public void Forget() => _session = new AgentSession();

    // Before the first turn: what cannot be written later is known now.
    private static AgentSession Open(string? file) =>
        file is not null && Directory.Exists(file) ? throw new IOException($"'{file}' is a folder; --session names a file.")
        : file is not null && !Directory.Exists(Path.GetDirectoryName(file)) ? throw new IOException($"There is no folder '{Path.GetDirectoryName(file)}' for the conversation's file.")
        : file is not null && File.Exists(file) ? AgentSession.FromJson(File.ReadAllText(file)) : new AgentSession();
}
