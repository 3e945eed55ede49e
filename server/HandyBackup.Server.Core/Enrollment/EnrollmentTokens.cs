using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// The tokens with which machines become agents. Of a token's secret the server keeps the SHA-256 only: it is 128 random bits, so a plain hash tells nothing of
/// it. Safe to share between threads.
/// </summary>
internal sealed class EnrollmentTokens(ICatalog catalog, AgentDirectory agents, CertificateAuthority authority, TimeProvider time, ILogger logger)
{
    private const int MaximumUses = 100_000;
    private const int MaximumNoteLength = 1000;
    private static readonly TimeSpan s_longestLife = TimeSpan.FromDays(366);

    // What a token of unknown id is compared with, so that it takes as long as any other.
    private static readonly Sha256Hash s_noSecret = new(RandomNumberGenerator.GetBytes(Sha256Hash.Size));

    /// <summary>Makes a token.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>, <see cref="ErrorCode.AgentGroupNotFound"/> or <see cref="ErrorCode.AgentNotFound"/>.</exception>
    public async Task<NewEnrollmentToken> CreateAsync(NewEnrollmentTokenRequest request, CancellationToken cancellationToken)
    {
        Check(request);
        AgentIdentity? agent = request.Agent is { } name ? await FindReplaceableAsync(name, cancellationToken) : null;
        byte[] secret = RandomNumberGenerator.GetBytes(EnrollmentTokenText.SecretSize);
        var text = new EnrollmentTokenText(
            RandomNumberGenerator.GetBytes(EnrollmentTokenText.IdSize), secret, EnrollmentTokenText.FingerprintOf(authority.Certificate.RawData));
        DateTimeOffset now = time.GetUtcNow();
        var info = new EnrollmentTokenInfo
        {
            Id = text.Id,
            Agent = agent?.Name,
            Kind = agent?.Kind ?? request.Kind,
            Group = request.Group,
            NeedsApproval = request.NeedsApproval,
            Uses = request.Uses,
            Remaining = request.Uses,
            Created = now,
            Expires = now + request.Lifetime,
            Note = request.Note,
        };
        await catalog.EnrollmentTokens.AddAsync(new EnrollmentTokenRecord(info, HashOf(secret), agent?.Id), cancellationToken);
        ServerLog.EnrollmentTokenCreated(logger, info.Id, info.Uses, info.Kind, info.Expires, info.NeedsApproval);
        return new NewEnrollmentToken { Info = info, Token = text.Format() };
    }

    /// <summary>What is said of a token that nobody knows.</summary>
    public static HandyBackupException NotFound(string id) => new(ErrorCode.EnrollmentTokenNotFound, $"No enrolment token '{id}' is known.") { Target = id };

    /// <summary>Lists all tokens, newest first, those that are of no more use included.</summary>
    public async IAsyncEnumerable<EnrollmentTokenInfo> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (EnrollmentTokenRecord token in catalog.EnrollmentTokens.ListAsync(cancellationToken))
        {
            yield return token.Info;
        }
    }

    /// <summary>Revokes a token: from now on nobody enrols with it. Agents that did are not touched.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.EnrollmentTokenNotFound"/>.</exception>
    public async Task RevokeAsync(string id, CancellationToken cancellationToken)
    {
        if (!await catalog.EnrollmentTokens.RevokeAsync(id.ToLowerInvariant(), time.GetUtcNow(), cancellationToken))
        {
            throw NotFound(id);
        }

        ServerLog.EnrollmentTokenRevoked(logger, id.ToLowerInvariant());
    }

    /// <summary>
    /// Looks a token up and says whether it is good now; nothing is counted. One that is used up is given all the same: a machine whose answer was lost may ask with it again.
    /// </summary>
    /// <param name="token">What was shown, as it came from the other side.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The token, or why it is refused, for the server's log alone: one of the two is null.</returns>
    public async Task<(EnrollmentTokenRecord? Token, string? Refusal)> JudgeAsync(string? token, CancellationToken cancellationToken)
    {
        EnrollmentTokenText text;
        try
        {
            text = EnrollmentTokenText.Parse(token);
        }
        catch (HandyBackupException exception)
        {
            return (null, exception.Message);
        }

        EnrollmentTokenRecord? record = await catalog.EnrollmentTokens.FindAsync(text.Id, cancellationToken);
        bool isSecretRight = IsSame(HashOf(text.Secret), record?.SecretHash ?? s_noSecret);
        string? refusal = record is null ? "the token is unknown"
            : !isSecretRight ? "the token's secret is wrong"
            : !text.Promises(authority.Certificate.RawData) ? "the token was altered, or is for another server"
            : record.Info.Revoked is not null ? "the token is revoked"
            : record.Info.Expires <= time.GetUtcNow() ? "the token has expired"
            : null;
        return refusal is null ? (record, null) : (null, $"{refusal} (token {text.Id})");
    }

    private static void Check(NewEnrollmentTokenRequest request)
    {
        if (request.Uses is < 1 or > MaximumUses)
        {
            throw Invalid($"A token cannot be used {request.Uses} times.", $"Name a number from 1 to {MaximumUses}.");
        }

        if (request.Lifetime <= TimeSpan.Zero || request.Lifetime > s_longestLife)
        {
            throw Invalid($"A token cannot live for {request.Lifetime}.", $"Name a time of {s_longestLife.Days} days at most.");
        }

        if (request.Agent is not null && (request.Uses != 1 || request.Group is not null || request.NeedsApproval))
        {
            throw Invalid("A token for an agent's place is for one machine, which is all that the agent was: it asks for no group and no approval.", "Leave out uses, group and approval.");
        }

        if (!Enum.IsDefined(request.Kind))
        {
            throw Invalid($"There is no kind of agent {(int)request.Kind}.", "Name Workstation or Server.");
        }

        if (request.Note.Length > MaximumNoteLength)
        {
            throw Invalid($"The note has {request.Note.Length} characters.", $"Use {MaximumNoteLength} at most.");
        }
    }

    private async Task<AgentIdentity> FindReplaceableAsync(string name, CancellationToken cancellationToken)
    {
        AgentIdentity agent = await agents.FindIdentityAsync(name, cancellationToken);
        return !agent.IsEmbedded
            ? agent
            : throw new HandyBackupException(ErrorCode.InvalidArgument, $"The agent '{agent.Name}' is part of the server: no other machine can take its place.")
            {
                Target = agent.Name,
                Advice = "Name an agent on another machine.",
            };
    }

    private static Sha256Hash HashOf(ReadOnlySpan<byte> secret) => new(SHA256.HashData(secret));

    // In the same time, wherever the first difference is.
    private static bool IsSame(Sha256Hash shown, Sha256Hash kept)
    {
        Span<byte> a = stackalloc byte[Sha256Hash.Size];
        Span<byte> b = stackalloc byte[Sha256Hash.Size];
        shown.CopyTo(a);
        kept.CopyTo(b);
        return CryptographicOperations.FixedTimeEquals(a, b);
    }

    private static HandyBackupException Invalid(string message, string advice) => new(ErrorCode.InvalidArgument, message) { Advice = advice };
}
