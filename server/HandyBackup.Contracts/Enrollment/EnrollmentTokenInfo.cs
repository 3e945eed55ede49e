namespace HandyBackup.Contracts;

/// <summary>An enrolment token as the server shows it: everything but its secret, which the server does not know.</summary>
public sealed record EnrollmentTokenInfo
{
    /// <summary>The token's id: 16 hexadecimal digits. No secret.</summary>
    public required string Id { get; init; }

    /// <summary>The agent, by its name, whose place the machine takes that enrols with it; null for a token that makes new agents, and when the agent was removed, and the token revoked with it.</summary>
    public string? Agent { get; init; }

    /// <summary>What sort of agent it makes.</summary>
    public required AgentKind Kind { get; init; }

    /// <summary>The group that its agents are listed in; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>True if its agents wait until an administrator has approved them.</summary>
    public required bool NeedsApproval { get; init; }

    /// <summary>How many agents may enrol with it in all.</summary>
    public required int Uses { get; init; }

    /// <summary>How many agents still may.</summary>
    public required int Remaining { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>From when on it is refused.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it was revoked; null if it was not.</summary>
    public DateTimeOffset? Revoked { get; init; }

    /// <summary>What people should know of it.</summary>
    public required string Note { get; init; }
}
