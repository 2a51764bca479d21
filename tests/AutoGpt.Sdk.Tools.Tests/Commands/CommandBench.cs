using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools.Tests.Commands;

/// <summary>The tool over a shell, which only tests would allow: it makes trees of processes. Each of them carries a word in its command line by which /proc finds it.</summary>
internal sealed class CommandBench : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("autogpt-commands-").FullName;

    public CommandBench(Func<CommandPolicy, CommandPolicy>? configure = null)
    {
        Directory.CreateDirectory(Path.Combine(_parent, "ws"));
        Workspace = Workspace.Open(Path.Combine(_parent, "ws"));
        CommandPolicy policy = new() { Commands = [new AllowedCommand("sh"), new AllowedCommand("any") { Path = "/bin/sh", SuccessCodes = null }] };
        Policy = configure?.Invoke(policy) ?? policy;
        Tool = CommandTools.Create(Policy, Workspace)[0];
    }

    /// <summary>Seconds to sleep that no other process sleeps.</summary>
    public string Word { get; } = $"98765.{Guid.NewGuid().ToByteArray().Aggregate(0UL, (sum, part) => unchecked((sum * 31) + part))}";

    public Workspace Workspace { get; }

    public CommandPolicy Policy { get; }

    public AIFunction Tool { get; }

    public string Outside => _parent;

    public Task<JsonElement> ShAsync(string script, CancellationToken cancellationToken, params string[] arguments) => RunAsync("sh", cancellationToken, ["-c", script, "sh", .. arguments]);

    public async Task<JsonElement> RunAsync(string command, CancellationToken cancellationToken, params string[] arguments) =>
        (JsonElement)(await Tool.InvokeAsync(new AIFunctionArguments(new Dictionary<string, object?> { ["command"] = command, ["arguments"] = arguments }), cancellationToken))!;

    /// <summary>An agent whose only step is the script.</summary>
    public AutonomousAgent Agent(string script, Action<AgentOptions>? configure = null)
    {
        string arguments = JsonSerializer.Serialize(new { command = "sh", arguments = new[] { "-c", script } });
        AgentComponents parts = new() { Planner = new ScriptedPlanner(ScriptedPlanner.Of(("run_command", arguments))), Approval = new Yes() };
        parts.Guards.Add(new CommandGuard(Policy, Workspace));
        parts.Tools.Add(Tool);
        parts.Options.MaxReplans = 0;
        configure?.Invoke(parts.Options);
        return new AutonomousAgent(parts);
    }

    /// <summary>The processes of this bench that are alive, by /proc and the word alone.</summary>
    public IReadOnlyList<string> Alive()
    {
        List<string> alive = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), out int _) && File.ReadAllText(folder + "/cmdline").Contains(Word, StringComparison.Ordinal))
                {
                    alive.Add(Path.GetFileName(folder));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has gone meanwhile.
            }
        }

        return alive;
    }

    public async Task UntilAliveAsync(int processes, CancellationToken cancellationToken)
    {
        while (Alive().Count < processes)
        {
            await Task.Delay(5, cancellationToken);
        }
    }

    /// <summary>Waits until none is left, for no longer than an agent waits for a tool that is stopped, and what a loaded machine adds to it.</summary>
    public async Task UntilGoneAsync(CancellationToken cancellationToken)
    {
        for (int tries = 0; Alive().Count > 0; tries++)
        {
            Assert.That(tries, Is.LessThan(500), "processes are left");
            await Task.Delay(10, cancellationToken);
        }
    }

    public void Dispose()
    {
        // Only a test that has failed leaves any.
        foreach (int id in Alive().Select(id => int.Parse(id, CultureInfo.InvariantCulture)))
        {
            try
            {
                using Process process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException)
            {
                // It has gone meanwhile.
            }
        }

        Directory.Delete(_parent, recursive: true);
    }

    private sealed class Yes : IApprovalHandler
    {
        public ValueTask<bool> ApproveAsync(ActionRequest request, string reason, CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
    }
}
