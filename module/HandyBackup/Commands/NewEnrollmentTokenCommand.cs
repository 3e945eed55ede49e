using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;

namespace HandyBackup.Module.Commands;

/// <summary>Makes a token with which machines become agents, and shows its text this once.</summary>
[Cmdlet(VerbsCommon.New, "HBEnrollmentToken", SupportsShouldProcess = true, DefaultParameterSetName = LifetimeSet)]
[OutputType(typeof(HBNewEnrollmentToken))]
public sealed class NewEnrollmentTokenCommand : SessionCmdlet
{
    private const string LifetimeSet = "Lifetime";
    private const string ExpiresSet = "Expires";
    private const string AgentLifetimeSet = "AgentLifetime";
    private const string AgentExpiresSet = "AgentExpires";

    // PowerShell takes a plain number for ticks: -Lifetime 7 would be gone before it is shown.
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(1);

    /// <summary>The agent whose place the machine takes.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AgentLifetimeSet)]
    [Parameter(Mandatory = true, ParameterSetName = AgentExpiresSet)]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Agent { get; set; }

    /// <summary>What sort of agent it makes.</summary>
    [Parameter(Position = 0, ParameterSetName = LifetimeSet)]
    [Parameter(Position = 0, ParameterSetName = ExpiresSet)]
    public AgentKind Kind { get; set; } = AgentKind.Workstation;

    /// <summary>How many machines may enrol with it.</summary>
    [Parameter(ParameterSetName = LifetimeSet)]
    [Parameter(ParameterSetName = ExpiresSet)]
    [ValidateRange(1, 100_000)]
    public int Uses { get; set; } = 1;

    /// <summary>How long it may be used.</summary>
    [Parameter(ParameterSetName = LifetimeSet)]
    [Parameter(ParameterSetName = AgentLifetimeSet)]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Until when it may be used.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ExpiresSet)]
    [Parameter(Mandatory = true, ParameterSetName = AgentExpiresSet)]
    public DateTimeOffset Expires { get; set; }

    /// <summary>The group that its agents are listed in.</summary>
    [Parameter(ParameterSetName = LifetimeSet)]
    [Parameter(ParameterSetName = ExpiresSet)]
    [ObjectProperty("Group")]
    [ArgumentCompleter(typeof(AgentGroupNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Group { get; set; }

    /// <summary>Its agents wait until they are approved.</summary>
    [Parameter(ParameterSetName = LifetimeSet)]
    [Parameter(ParameterSetName = ExpiresSet)]
    public SwitchParameter NeedsApproval { get; set; }

    /// <summary>What people should know of it.</summary>
    [Parameter]
    [ValidateNotNull]
    public string Note { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        TimeSpan lifetime = ReadLifetime();
        if (!Confirm(Agent is not null ? $"the place of agent {Agent}" : Uses == 1 ? $"one agent of kind {Kind}" : $"{Uses} agents of kind {Kind}", "Make enrolment token"))
        {
            return;
        }

        var request = new NewEnrollmentTokenRequest
        {
            Agent = Agent,
            Kind = Kind,
            Uses = Uses,
            Lifetime = lifetime,
            Group = Group,
            NeedsApproval = NeedsApproval,
            Note = Note,
        };
        NewEnrollmentToken token = await session.Connection.EnrollmentTokens.CreateAsync(request, cancellationToken);
        Tell("The token is shown this once; the server keeps no copy of it.");
        Emit(new HBNewEnrollmentToken(token, session));
    }

    private TimeSpan ReadLifetime()
    {
        bool isTime = ParameterSetName is ExpiresSet or AgentExpiresSet;
        TimeSpan lifetime = isTime ? Expires - TimeProvider.System.GetUtcNow() : Lifetime;
        return lifetime >= s_shortest ? lifetime : throw new HandyBackupException(ErrorCode.InvalidArgument, "The token would expire within a minute.")
        {
            Target = isTime ? nameof(Expires) : nameof(Lifetime),
            Advice = isTime ? "Name a later time." : "Write days.hours:minutes:seconds, such as 7.00:00:00 for a week; a plain number means ten millionths of a second.",
        };
    }
}
