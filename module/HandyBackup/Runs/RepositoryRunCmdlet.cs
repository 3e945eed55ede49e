using System.Management.Automation;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module;

/// <summary>A cmdlet that starts a run over one repository, and outputs its result.</summary>
public abstract class RepositoryRunCmdlet : ResultRunCmdlet
{
    /// <summary>The repository.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Repository")]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string Name { get; set; } = "";
}
