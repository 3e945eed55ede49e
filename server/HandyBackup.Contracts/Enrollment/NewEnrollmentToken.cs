namespace HandyBackup.Contracts;

/// <summary>An enrolment token that was just made.</summary>
public sealed record NewEnrollmentToken
{
    /// <summary>What can be seen of it later.</summary>
    public required EnrollmentTokenInfo Info { get; init; }

    /// <summary>The token itself. The server does not keep it: nobody can ask for it again.</summary>
    public required Secret Token { get; init; }
}
