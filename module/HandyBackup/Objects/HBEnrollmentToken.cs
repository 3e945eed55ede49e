using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A token with which machines become agents, without its text, as it was when the server was asked.</summary>
public class HBEnrollmentToken : ServerObject
{
    internal HBEnrollmentToken(EnrollmentTokenInfo info, HBSession session)
        : base(session)
    {
        TokenId = PrintableText.Clean(info.Id);
        State = StateOf(info);
        Agent = PrintableText.CleanOrNull(info.Agent);
        Kind = info.Kind;
        Group = PrintableText.CleanOrNull(info.Group);
        NeedsApproval = info.NeedsApproval;
        Uses = info.Uses;
        Remaining = info.Remaining;
        Created = info.Created;
        Expires = info.Expires;
        Revoked = info.Revoked;
        Note = PrintableText.Clean(info.Note);
    }

    /// <summary>The token's id: 16 hexadecimal digits. No secret.</summary>
    public string TokenId { get; }

    /// <summary>Whether machines can enrol with it; that its time is over is judged by this machine's clock.</summary>
    public EnrollmentTokenState State { get; }

    /// <summary>The agent whose place the machine takes that enrols with it; null for a token that makes new agents.</summary>
    public string? Agent { get; }

    /// <summary>What sort of agent it makes.</summary>
    public AgentKind Kind { get; }

    /// <summary>The group that its agents belong to; null for none.</summary>
    public string? Group { get; }

    /// <summary>True if its agents wait until they are approved.</summary>
    public bool NeedsApproval { get; }

    /// <summary>How many agents may enrol with it in all.</summary>
    public int Uses { get; }

    /// <summary>How many agents still may.</summary>
    public int Remaining { get; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>From when on it is refused.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>When it was revoked; null if it was not.</summary>
    public DateTimeOffset? Revoked { get; }

    /// <summary>What people should know of it.</summary>
    public string Note { get; }

    /// <inheritdoc/>
    public override string ToString() => TokenId;

    private static EnrollmentTokenState StateOf(EnrollmentTokenInfo info) =>
        info.Revoked is not null ? EnrollmentTokenState.Revoked
        : info.Remaining <= 0 ? EnrollmentTokenState.UsedUp
        : info.Expires <= TimeProvider.System.GetUtcNow() ? EnrollmentTokenState.Expired
        : EnrollmentTokenState.Usable;
}
