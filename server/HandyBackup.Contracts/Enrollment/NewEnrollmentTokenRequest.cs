namespace HandyBackup.Contracts;

/// <summary>A new enrolment token.</summary>
public sealed record NewEnrollmentTokenRequest
{
    /// <summary>
    /// The agent, by its name or id, whose place the machine takes that enrols with the token; null for new agents. Everything of the agent stays but its certificate, so the token is for one use, and
    /// no group and no approval are asked for; <see cref="Kind"/> is not looked at.
    /// </summary>
    public string? Agent { get; init; }

    /// <summary>What sort of agent it makes.</summary>
    public AgentKind Kind { get; init; } = AgentKind.Workstation;

    /// <summary>How many agents may enrol with it: 1 to 100000.</summary>
    public int Uses { get; init; } = 1;

    /// <summary>How long it may be used, by the server's clock: more than nothing, a year at most.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The group that its agents are listed in; it must exist. Null for none.</summary>
    public string? Group { get; init; }

    /// <summary>True if its agents are to wait until an administrator has approved them.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>What people should know of it; at most 1000 characters.</summary>
    public string Note { get; init; } = "";
}
