namespace HandyBackup.Contracts;

/// <summary>Something that waits for a second administrator.</summary>
public sealed record RemovalRequest
{
    /// <summary>The request's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is to be done.</summary>
    public required RemovalKind Kind { get; init; }

    /// <summary>To what: a snapshot's id and repository, a repository, or empty.</summary>
    public required string Target { get; init; }

    /// <summary>Who asked.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Requested { get; init; }

    /// <summary>Until when it can be approved.</summary>
    public required DateTimeOffset Expires { get; init; }
}

/// <summary>Names a request.</summary>
/// <param name="Id">The request.</param>
public sealed record RemovalRequestReference(Guid Id);

/// <summary>The rule of two administrators.</summary>
/// <param name="NeedsApproval">True if what removes data needs the approval of a second administrator.</param>
public sealed record RemovalPolicy(bool NeedsApproval);
