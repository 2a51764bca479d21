using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools.Tests.Commands;

[CancelAfter(60_000)]
[Platform("Linux,MacOsX")]
public sealed class CommandToolTests
{
    [Test]
    public async Task The_result_has_the_exit_code_and_both_streams(CancellationToken cancellationToken)
    {
        using CommandBench bench = new();
        JsonElement result = await bench.RunAsync("any", cancellationToken, "-c", "echo out; echo err >&2; exit 3");
        Assert.That(result.GetRawText(), Is.EqualTo("""{"exitCode":3,"output":"out\n","error":"err\n"}"""));
        Assert.That((await bench.ShAsync("pwd -P; cat; echo end", cancellationToken)).GetProperty("output").GetString(), Does.EndWith("/ws\nend\n"), "it works in the workspace and has nothing to read");
    }

    [Test]
    public async Task A_code_that_is_no_success_fails_with_what_was_written(CancellationToken cancellationToken)
    {
        using CommandBench bench = new();
        ToolException error = (await Assert.ThrowsAsync<ToolException>(() => bench.ShAsync("seq 1000; echo 'it is\n broken' >&2; exit 7", cancellationToken)))!;
        Assert.That(error.Message, Does.StartWith("sh ended with exit code 7. Error: it is broken Output: …").And.EndWith(" 999 1000").And.Length.LessThan(400));
    }

    [Test]
    public async Task Arguments_reach_the_program_as_they_are(CancellationToken cancellationToken)
    {
        using CommandBench bench = new();
        string[] arguments = ["$(touch evil)", "`touch evil`", "; touch evil", "&& touch evil", "| touch evil", "> evil", "*", "~", "$HOME", "a b", "\"", "'", "\\", "", "a\nb", "ä漢😀", "-n", "--", "%s", "\t"];
        JsonElement result = await bench.ShAsync("for each; do printf '%s\\n--\\n' \"$each\"; done", cancellationToken, arguments);
        Assert.That(result.GetProperty("output").GetString()!.Split("\n--\n")[..^1], Is.EqualTo(arguments));
        Assert.That(bench.Workspace.List(cancellationToken), Is.Empty);
    }

    [Test]
    public async Task The_environment_is_what_the_policy_says(CancellationToken cancellationToken)
    {
        Environment.SetEnvironmentVariable("AUTOGPT_TEST_SECRET", "secret");
        Environment.SetEnvironmentVariable("AUTOGPT_TEST_SHARED", "shared");
        using CommandBench bench = new(policy => policy with { InheritedVariables = ["PATH", "AUTOGPT_TEST_SHARED"], Variables = new Dictionary<string, string> { ["OWN"] = "a b" } });
        string[] lines = (await bench.ShAsync("env", cancellationToken)).GetProperty("output").GetString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines.Select(line => line.Split('=')[0]).Except(["PWD", "SHLVL", "_", "OLDPWD"]), Is.EquivalentTo(["PATH", "AUTOGPT_TEST_SHARED", "OWN", "AUTOGPT_COMMAND"]));
        Assert.That(lines, Has.Some.EqualTo("OWN=a b").And.Some.EqualTo("AUTOGPT_TEST_SHARED=shared"));
    }

    [Test]
    public async Task Programs_do_not_look_for_others_in_the_workspace(CancellationToken cancellationToken)
    {
        string? before = Environment.GetEnvironmentVariable("PATH");
        try
        {
            using CommandBench bench = new();
            Environment.SetEnvironmentVariable("PATH", string.Join(Path.PathSeparator, before, "", ".", "bin", bench.Workspace.Root, Path.Combine(bench.Workspace.Root, "bin"), bench.Workspace.Root + "-beside"));
            string[] folders = (await bench.ShAsync("echo $PATH", cancellationToken)).GetProperty("output").GetString()!.Trim().Split(Path.PathSeparator);
            Assert.That(folders, Is.EqualTo([.. before!.Split(Path.PathSeparator).Where(Path.IsPathFullyQualified), bench.Workspace.Root + "-beside"]));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", before);
        }
    }

    [Test]
    public async Task Long_outputs_are_cut_off_and_hold_nobody_up(CancellationToken cancellationToken)
    {
        using CommandBench bench = new(policy => policy with { MaxOutputBytes = 1000 });
        JsonElement result = await bench.ShAsync("yes out | head -c 3000000; yes err | head -c 3000000 >&2; echo last", cancellationToken);
        Assert.That((result.GetProperty("output").GetString()!.Length, result.GetProperty("error").GetString()!.Length, result.GetProperty("truncated").GetBoolean()), Is.EqualTo((1000, 1000, true)));
        Assert.That((await bench.ShAsync("yes | head -c 1000", cancellationToken)).TryGetProperty("truncated", out _), Is.False);
    }

    private static readonly (string Command, string[] Arguments, string? Refusal)[] Calls =
    [
        ("sh", ["-c", "true"], null), ("bash", [], "The command 'bash' is not allowed; allowed are sh, git, plain."), ("/bin/sh", [], "not allowed"), ("./sh", [], "not allowed"), ("SH", [], "not allowed"), ("sh ", [], "not allowed"),
        ("git", ["status"], null), ("git", ["push"], "The first argument of git must be one of status, log, not 'push'."), ("git", ["-c", "x=y", "status"], "must be one of"), ("git", [], "The first argument of git must be one of status, log."),
        ("git", ["status", "--exec"], "git: no options."), ("sh", ["a\0b"], "null character"), ("plain", ["1", "2", "3", "4"], "plain gets 4 arguments; it may get 3."),
    ];

    [TestCaseSource(nameof(Calls))]
    public async Task Only_what_the_policy_allows_runs((string Command, string[] Arguments, string? Refusal) call)
    {
        using CommandBench bench = new(_ => new CommandPolicy
        {
            MaxArguments = 3,
            Commands =
            [
                new AllowedCommand("sh"),
                new AllowedCommand("git") { Path = "/bin/sh", FirstArguments = ["status", "log"], Refuse = arguments => arguments.Any(each => each.StartsWith('-')) ? "no options." : null, SuccessCodes = null },
                new AllowedCommand("plain") { Path = "/bin/sh" },
            ],
        });
        CommandGuard guard = new(bench.Policy, bench.Workspace);
        JsonArray arguments = [.. call.Arguments.Select(argument => (JsonNode)argument)];
        ActionDecision decision = await guard.DecideAsync(new ActionRequest("run", 1, "run_command", new JsonObject { ["command"] = call.Command, ["arguments"] = arguments }));
        Assert.That(decision.Permission, Is.EqualTo(call.Refusal is null ? ActionPermission.Ask : ActionPermission.Deny));
        if (call.Refusal is not null)
        {
            Assert.That(decision.Reason, Does.Contain(call.Refusal));
            Assert.That(() => bench.RunAsync(call.Command, default, call.Arguments), Throws.InstanceOf<ToolException>());
        }
        else
        {
            Assert.That(decision.Reason, Is.EqualTo($"run_command would run {call.Command} with the arguments {arguments.ToJsonString()}."));
            Assert.That(() => bench.RunAsync(call.Command, default, call.Arguments), Throws.Nothing);
        }
    }

    [Test]
    public async Task The_guard_abstains_about_other_tools()
    {
        using CommandBench bench = new();
        Assert.That(await new CommandGuard(bench.Policy, bench.Workspace).DecideAsync(new ActionRequest("run", 1, "read_file", [])), Is.EqualTo(ActionDecision.Abstain));
        Assert.That(bench.Tool.AdditionalProperties[ToolHints.ReadOnly], Is.False);
        Assert.That(bench.Tool.AdditionalProperties[ToolHints.Idempotent], Is.False);
    }

    [Test]
    public void Programs_are_found_once_and_lie_outside_the_workspace()
    {
        using CommandBench bench = new();
        string inside = Path.Combine(bench.Workspace.Root, "tool"), outside = Path.Combine(bench.Outside, "plain.txt"), link = Path.Combine(bench.Outside, "link"), beside = Path.Combine(bench.Outside, "ws-tool");
        foreach (string file in (string[])[inside, beside])
        {
            File.Copy("/bin/sh", file);
        }

        File.WriteAllText(outside, "no program");
        File.CreateSymbolicLink(link, inside);
        Assert.That(() => Create(new AllowedCommand("x") { Path = beside }), Throws.Nothing, "a folder whose name begins alike is another folder");
        foreach (AllowedCommand command in (AllowedCommand[])
        [
            new("no-such-program-anywhere"), new(" "), new("../sh"), new("/bin/sh"), new("x") { Path = "sh" }, new("x") { Path = "/no/such" }, new("x") { Path = "/bin" }, new("x") { Path = outside }, new("x") { Path = inside }, new("x") { Path = link },
        ])
        {
            Assert.That(() => Create(command), Throws.InstanceOf<ArgumentException>(), command.ToString());
        }

        Assert.That(() => Create(), Throws.ArgumentException);
        Assert.That(() => Create(new("sh"), new("sh")), Throws.ArgumentException.With.Message.Contains("Two commands"));
        foreach (CommandPolicy policy in (CommandPolicy[])
            [bench.Policy with { MaxOutputBytes = 0 }, bench.Policy with { Timeout = TimeSpan.Zero }, bench.Policy with { MaxArguments = -1 }, bench.Policy with { MaxArguments = 1001 }])
        {
            Assert.That(() => CommandTools.Create(policy, bench.Workspace), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }

        object Create(params AllowedCommand[] commands) => CommandTools.Create(new CommandPolicy { Commands = commands }, bench.Workspace);
    }
}
