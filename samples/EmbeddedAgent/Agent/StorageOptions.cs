namespace EmbeddedAgent;

/// <summary>Where things lie. Relative paths begin beside the program.</summary>
internal sealed class StorageOptions
{
    /// <summary>The folder that the agent works in: all it can see.</summary>
    public string Workspace { get; set; } = "workspace";

    /// <summary>The journal's file. Outside the workspace: whoever can write to it decides what a resumed run does.</summary>
    public string Journal { get; set; } = "runs.db";

    public string WorkspacePath => Path.GetFullPath(Workspace, AppContext.BaseDirectory);

    public string JournalPath => Path.GetFullPath(Journal, AppContext.BaseDirectory);
}
