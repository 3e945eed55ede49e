using System.Collections;
using System.Management.Automation;
using System.Text.Json;
using HandyBackup.Module.Tasks;

namespace HandyBackup.Module;

/// <summary>A cmdlet that sets what a task reads. The options of the Files source have parameters of their own; all others go through -Option.</summary>
public abstract class TaskOptionCmdlet : SessionCmdlet
{
    /// <summary>Globs of what is left out.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? Exclude { get; set; }

    /// <summary>Files with globs of what is left out.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public string[]? ExcludeFile { get; set; }

    /// <summary>Leave out the content of folders that a CACHEDIR.TAG marks as a cache.</summary>
    [Parameter]
    public SwitchParameter ExcludeCaches { get; set; }

    /// <summary>Do not enter other file systems.</summary>
    [Parameter]
    public SwitchParameter OneFileSystem { get; set; }

    /// <summary>Leave out files larger than this, in bytes.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? MaximumSize { get; set; }

    /// <summary>Options of any source by name.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Option { get; set; }

    /// <summary>The options that were given. An empty list becomes a JSON null: the option is taken away.</summary>
    private protected Dictionary<string, JsonElement> ReadOptions(bool isLocal, HBSession session)
    {
        var options = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        if (Exclude is not null)
        {
            SourceOptionValues.Add(options, nameof(Exclude), Exclude.Length == 0 ? null : Exclude);
        }

        if (ExcludeFile is not null)
        {
            SourceOptionValues.Add(options, nameof(ExcludeFile), ExcludeFile.Length == 0 ? null : isLocal ? ResolveAll(ExcludeFile, session) : ExcludeFile);
        }

        AddSwitch(options, nameof(ExcludeCaches), ExcludeCaches);
        AddSwitch(options, nameof(OneFileSystem), OneFileSystem);
        if (MaximumSize is { } size)
        {
            SourceOptionValues.Add(options, nameof(MaximumSize), size);
        }

        if (Option is not null)
        {
            SourceOptionValues.AddTable(options, Option);
        }

        return options;
    }

    /// <summary>The paths as the agent needs them: on the server's machine, if that is this one, files may be named relative to the PowerShell location.</summary>
    private protected string[] ReadPaths(string[] paths, string source, bool isLocal, HBSession session) =>
        isLocal && string.Equals(source, FilesSource, StringComparison.OrdinalIgnoreCase) ? ResolveAll(paths, session) : paths;

    /// <summary>The kind of the source that reads files.</summary>
    private protected const string FilesSource = "Files";

    private void AddSwitch(Dictionary<string, JsonElement> options, string name, SwitchParameter value)
    {
        // A switch that is not given leaves the option alone; -ExcludeCaches:$false turns it off.
        if (MyInvocation.BoundParameters.ContainsKey(name))
        {
            SourceOptionValues.Add(options, name, value.IsPresent);
        }
    }

    private string[] ResolveAll(string[] paths, HBSession session)
    {
        var resolved = new string[paths.Length];
        for (int i = 0; i < paths.Length; i++)
        {
            resolved[i] = this.ResolvePath(paths[i], session);
        }

        return resolved;
    }
}
