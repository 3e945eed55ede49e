using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module;

/// <summary>A cmdlet that names a role, and what it is narrowed to.</summary>
public abstract class GrantCmdlet : SessionCmdlet
{
    /// <summary>The role: Administrator, Operator, RestoreOperator or Auditor.</summary>
    [Parameter(Mandatory = true)]
    public Role Role { get; set; }

    /// <summary>Only for these agents.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    public string[] Agent { get; set; } = [];

    /// <summary>Only for the agents of these groups.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Group { get; set; } = [];

    /// <summary>Only for these repositories.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string[] Repository { get; set; } = [];

    /// <summary>The grant that the parameters describe.</summary>
    private protected Grant ChosenGrant => new() { Role = Role, Agents = Agent, Groups = Group, Repositories = Repository };
}
