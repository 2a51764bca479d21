using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>Runs programs in the workspace: no shell, nothing to read from, and nothing of them left when a call ends, however it ends. Thread-safe.</summary>
internal sealed class CommandRunner(CommandPolicy policy, CommandRules rules, Workspace workspace)
{
    private const int ExcerptLength = 300;

    // For what the pipes still hold after everybody who writes to them is gone.
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(1);

    /// <summary>Runs a command to its end.</summary>
    /// <returns>An object with <c>exitCode</c>, <c>output</c>, <c>error</c>, and <c>truncated</c> where an output was cut off.</returns>
    /// <exception cref="ToolException">It is refused, cannot be started, runs too long, or ends with a code that is no success.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing of it is left.</exception>
    public async Task<JsonNode> RunAsync(string name, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        if (!rules.TryFind(name, arguments, out (AllowedCommand Command, string Path) found, out string? refusal))
        {
            throw new ToolException(refusal);
        }

        cancellationToken.ThrowIfCancellationRequested();
        ProcessTree tree = new();
        using Process process = Start(tree, found.Path, arguments);
        using CappedOutput output = new(process.StandardOutput.BaseStream, policy.MaxOutputBytes), error = new(process.StandardError.BaseStream, policy.MaxOutputBytes);
        using CancellationTokenSource timeout = new(policy.Timeout);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{name} took longer than {policy.Timeout.TotalSeconds:0.###} s and was ended. {Excerpt(output, error)}").TrimEnd());
        }
        finally
        {
            // Also after an honest end: what it left in the background ends with it, and lets go of the pipes.
            await tree.EndAsync().ConfigureAwait(false);
        }

        await Task.WhenAny(Task.WhenAll(output.Completion, error.Completion), Task.Delay(s_drain, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (found.Command.SuccessCodes?.Contains(process.ExitCode) == false)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"{name} ended with exit code {process.ExitCode}. {Excerpt(output, error)}").TrimEnd());
        }

        JsonObject result = new() { ["exitCode"] = process.ExitCode, ["output"] = output.Text, ["error"] = error.Text };
        if (output.IsTruncated || error.IsTruncated)
        {
            result["truncated"] = true;
        }

        return result;
    }

    private Process Start(ProcessTree tree, string path, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(path)
        {
            WorkingDirectory = workspace.Root,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (string name in policy.InheritedVariables)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = name.Equals("PATH", StringComparison.OrdinalIgnoreCase) ? Outside(value) : value;
            }
        }

        foreach ((string name, string value) in policy.Variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            return tree.Start(start);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ToolException($"'{path}' cannot be started: {error.Message}", error);
        }
    }

    // The end of what was written says most about how it ended.
    private static string Excerpt(CappedOutput output, CappedOutput error)
    {
        StringBuilder excerpt = new();
        foreach ((string name, string text) in new[] { ("Error", error.Text), ("Output", output.Text) })
        {
            string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            int length = ExcerptLength / 2;
            excerpt.Append(line.Length == 0 ? "" : $"{name}: {(line.Length > length ? "…" + line[^length..] : line)} ");
        }

        return excerpt.ToString().TrimEnd();
    }

    // A program that starts another one by name must not find it where the agent can write, nor in whatever folder it works in.
    private string Outside(string path) =>
        string.Join(Path.PathSeparator, path.Split(Path.PathSeparator).Where(folder => Path.IsPathFullyQualified(folder) && !CommandRules.IsInside(workspace.Root, folder)));
}
