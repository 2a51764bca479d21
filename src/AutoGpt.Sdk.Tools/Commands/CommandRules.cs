using System.Diagnostics.CodeAnalysis;

namespace AutoGpt.Sdk.Tools;

/// <summary>A policy that was checked, its programs found. Thread-safe.</summary>
internal sealed class CommandRules
{
    private readonly Dictionary<string, (AllowedCommand Command, string Path)> _commands = new(StringComparer.Ordinal);
    private readonly int _maxArguments;

    public CommandRules(CommandPolicy policy, Workspace workspace)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentOutOfRangeException.ThrowIfLessThan(policy.MaxOutputBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(policy.MaxArguments);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(policy.MaxArguments, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(policy.Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(policy.Timeout, TimeSpan.FromDays(1));
        _maxArguments = policy.MaxArguments;
        foreach (AllowedCommand command in policy.Commands)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(command.Name);
            if (!_commands.TryAdd(command.Name, (command, Locate(command, workspace))))
            {
                throw new ArgumentException($"Two commands are named '{command.Name}'.", nameof(policy));
            }
        }

        if (_commands.Count == 0)
        {
            throw new ArgumentException("A command policy names at least one command.", nameof(policy));
        }
    }

    public IEnumerable<string> Names => _commands.Keys;

    /// <summary>Finds the program of a call that the policy allows.</summary>
    /// <param name="name">What the plan calls it.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="command">The command, and the path of its program.</param>
    /// <param name="refusal">What is refused, why, and what to do, in one line.</param>
    public bool TryFind(string name, IReadOnlyList<string> arguments, out (AllowedCommand Command, string Path) command, [NotNullWhen(false)] out string? refusal)
    {
        refusal = !_commands.TryGetValue(name, out command) ? $"The command '{name}' is not allowed; allowed are {string.Join(", ", _commands.Keys)}."
            : arguments.Count > _maxArguments ? $"{name} gets {arguments.Count} arguments; it may get {_maxArguments}."
            : arguments.Any(argument => argument.Contains('\0', StringComparison.Ordinal)) ? $"An argument of {name} holds a null character; leave it out."
            : command.Command.FirstArguments is { } first && (arguments.Count == 0 || !first.Contains(arguments[0]))
                ? $"The first argument of {name} must be one of {string.Join(", ", first)}{(arguments.Count > 0 ? $", not '{arguments[0]}'" : "")}."
            : command.Command.Refuse?.Invoke(arguments) is { } reason ? $"{name}: {reason}"
            : null;
        return refusal is null;
    }

    /// <summary>Whether a path lies in a folder, or is it.</summary>
    internal static bool IsInside(string root, string path) => Path.GetRelativePath(root, path) is var relative
        && relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.IsPathRooted(relative);

    private static string Locate(AllowedCommand command, Workspace workspace)
    {
        string found = command.Path ?? Search(command.Name)
            ?? throw new ArgumentException($"There is no program '{command.Name}' in the PATH; give its {nameof(AllowedCommand.Path)}.");
        if (!Path.IsPathFullyQualified(found) || !IsProgram(found))
        {
            throw new ArgumentException($"'{found}' is no absolute path of a program that can be run.");
        }

        // What a link leads to is what runs.
        foreach (string path in (string[])[found, File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found])
        {
            if (IsInside(workspace.Root, path))
            {
                throw new ArgumentException($"'{path}' lies in the workspace, where the agent could write it; allow a program outside.");
            }

            if (Path.GetExtension(path).ToUpperInvariant() is ".BAT" or ".CMD")
            {
                throw new ArgumentException($"'{path}' is a batch file, which hands its arguments to a shell; allow the program that it calls.");
            }
        }

        return found;
    }

    private static string? Search(string name) => name.AsSpan().ContainsAny('/', '\\') ? null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() && !Path.HasExtension(name) ? name + ".exe" : name)).FirstOrDefault(IsProgram);

    private static bool IsProgram(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
