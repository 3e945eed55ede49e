using System.Collections;
using HandyBackup.Contracts;
using HandyBackup.Module.Tasks;

namespace HandyBackup.Module;

/// <summary>A task: what to back up and where to.</summary>
public sealed class HBTask : ServerObject
{
    internal HBTask(TaskInfo info, HBSession session)
        : base(session)
    {
        TaskDefinition definition = info.Definition;
        Name = PrintableText.Clean(definition.Name);
        Agent = PrintableText.Clean(definition.Agent);
        Group = PrintableText.CleanOrNull(definition.Group);
        StartWindow = definition.StartWindow;
        Source = PrintableText.Clean(definition.Selection.Source);
        Path = PrintableText.CleanAll(definition.Selection.Paths);
        Option = SourceOptionValues.ToHashtable(definition.Selection.Options);
        Repository = PrintableText.Clean(definition.Repository);
        Tag = PrintableText.CleanAll(definition.Tags);
        Description = PrintableText.Clean(definition.Description);
        Created = info.Created;
        LastRuns = [.. info.LastRuns.Select(count => $"{count.Count} {count.State}")];
        LastRun = info.LastRun is null ? null : new HBRun(info.LastRun, session);
    }

    /// <summary>The name, unique on the server.</summary>
    public string Name { get; }

    /// <summary>The name again, for commands that take a task among other things.</summary>
    public string Task => Name;

    /// <summary>The agent that reads; empty if it is a group's task.</summary>
    public string Agent { get; }

    /// <summary>The group whose agents read, each for itself; null if it is one agent's task.</summary>
    public string? Group { get; }

    /// <summary>Over which time the runs of a group are spread.</summary>
    public TimeSpan StartWindow { get; }

    /// <summary>The kind of source.</summary>
    public string Source { get; }

    /// <summary>What is read.</summary>
    public string[] Path { get; }

    /// <summary>The source's options by name. Secrets are null.</summary>
    public Hashtable Option { get; }

    /// <summary>The repository that receives the snapshots.</summary>
    public string Repository { get; }

    /// <summary>Labels that each snapshot gets.</summary>
    public string[] Tag { get; }

    /// <summary>What people should know of it.</summary>
    public string Description { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>The newest run, under way or ended; null if it was never started.</summary>
    public HBRun? LastRun { get; }

    /// <summary>Of a group's task: how many of its agents' newest runs are in each state, as in '12 Completed'.</summary>
    public string[] LastRuns { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
