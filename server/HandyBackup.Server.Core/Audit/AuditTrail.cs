using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Core;

/// <summary>
/// Writes the audit log. An entry that was written survives a loss of power. Where the log was damaged, the new entries leave out a number, so that the damage can be seen for ever.
/// Safe to share between threads.
/// </summary>
internal sealed class AuditTrail(ICatalog catalog, AuditChain chain, TimeProvider time)
{
    private const string Local = "local";
    private const int LongestText = 500;

    /// <summary>Notes that a call begins that changes something. If that cannot be written, nothing must be done.</summary>
    /// <returns>What its end is noted with.</returns>
    public async Task<AuditedCall> BeginAsync(Caller caller, PanelOrigin origin, string action, string target, CancellationToken cancellationToken) =>
        new(this, await AddAsync(Describe(caller, origin, action, target, AuditOutcome.Begun, null), cancellationToken));

    /// <summary>Notes something that has no beginning of its own.</summary>
    public Task NoteAsync(Caller caller, PanelOrigin origin, string action, string target, AuditOutcome outcome, ErrorCode? error, CancellationToken cancellationToken) =>
        AddAsync(Describe(caller, origin, action, target, outcome, error), cancellationToken);

    /// <summary>Adds an entry. Number, time and hash are found here.</summary>
    internal Task<AuditRecord> AddAsync(AuditRecord entry, CancellationToken cancellationToken) =>
        catalog.Audit.AppendAsync(
            (newest, proof) =>
            {
                (long number, Sha256Hash hash) = FindEnd(newest, proof);
                AuditRecord numbered = entry with { Number = number + 1, Time = time.GetUtcNow() };
                numbered = numbered with { Hash = AuditChain.HashOf(hash, numbered) };
                return (numbered, chain.Seal(numbered.Number, numbered.Hash));
            },
            cancellationToken);

    private static AuditRecord Describe(Caller caller, PanelOrigin origin, string action, string target, AuditOutcome outcome, ErrorCode? error) => new()
    {
        Number = 0,
        Time = default,
        CallerKind = caller.Kind,
        Caller = Shorten(caller.Name),
        Origin = origin.LocalAccount is not null ? Local : origin.Address?.ToString() ?? "",
        Action = action,
        Target = Shorten(target),
        Outcome = outcome,
        Error = error,
        Hash = default,
    };

    private static string Shorten(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";

    // The end that the next entry ties on to. If what is there is not what was sealed, one number is left out.
    private (long Number, Sha256Hash Hash) FindEnd(AuditRecord? newest, byte[]? proof)
    {
        (long Number, Sha256Hash Hash)? seal = chain.Open(proof);
        if (seal is { } intact && (newest?.Number ?? 0) == intact.Number && (newest?.Hash ?? default) == intact.Hash)
        {
            return intact;
        }

        if (newest is null && proof is null)
        {
            return (0, default);
        }

        long last = Math.Max(newest?.Number ?? 0, seal?.Number ?? 0);
        return (last + 1, seal?.Hash ?? newest?.Hash ?? default);
    }
}
