using System.Management.Automation;

namespace HandyBackup.Module;

/// <summary>What is said of a repository that becomes known to a server, new or not.</summary>
public abstract class RepositoryAddingCmdlet : PasswordCmdlet
{
    /// <summary>The name it gets on this server.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Its folder.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>How much parity new files get, in percent; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0, ParityPercents.Highest)]
    public int ParityPercent { get; set; }

    /// <summary>As much parity as is recommended: 3 percent.</summary>
    [Parameter]
    public SwitchParameter Parity { get; set; }

    /// <summary>What people should know of it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string Description { get; set; } = "";

    /// <summary>How long a removed snapshot can be restored.</summary>
    [Parameter]
    public TimeSpan? Grace { get; set; }

    /// <summary>How long the file of a pack stays after the pack left the index.</summary>
    [Parameter]
    public TimeSpan? SweepGrace { get; set; }

    /// <summary>Within which time all data is to be read back; a day at least.</summary>
    [Parameter]
    public TimeSpan? VerifyWithin { get; set; }

    /// <summary>The parity that was asked for, in percent.</summary>
    private protected int ChosenParity =>
        ParityPercents.Choose(Parity, MyInvocation.BoundParameters.ContainsKey(nameof(ParityPercent)) ? ParityPercent : null) ?? 0;
}
