using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>One walk along the audit log, entry by entry. Used once.</summary>
internal sealed class AuditCheck(ICatalog catalog, AuditChain chain)
{
    private const int MostFindings = 100;
    private readonly List<string> _findings = [];
    private long _entries;

    /// <summary>Walks from the first entry to the one that was the newest when it began.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if only one of number and hash is given, or the hash is none.</exception>
    public async Task<AuditVerification> ExecuteAsync(VerifyAuditRequest request, CancellationToken cancellationToken)
    {
        Sha256Hash noted = ReadNote(request);
        (AuditRecord? newest, byte[]? proof) = await catalog.Audit.FindNewestAsync(cancellationToken);
        await WalkAsync(newest?.Number ?? 0, request.Number, noted, cancellationToken);
        CheckEnd(newest, proof);
        return new AuditVerification
        {
            IsSound = _findings.Count == 0,
            Entries = _entries,
            Number = newest?.Number ?? 0,
            Hash = newest?.Hash.ToString() ?? "",
            Findings = _findings,
        };
    }

    private static Sha256Hash ReadNote(VerifyAuditRequest request)
    {
        Sha256Hash noted = default;
        if ((request.Number is null) != (request.Hash is null) || (request.Hash is { } text && !Sha256Hash.TryParse(text, out noted)))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "An entry that was noted has a number and a hash of 64 hexadecimal digits.")
            {
                Target = request.Hash ?? nameof(request.Number),
                Advice = "Give both as an earlier verification showed them.",
            };
        }

        return noted;
    }

    private async Task WalkAsync(long end, long? number, Sha256Hash noted, CancellationToken cancellationToken)
    {
        long last = 0;
        Sha256Hash hash = default;
        bool isNoteFound = number is null;
        await foreach (AuditRecord entry in catalog.Audit.ListAsync(long.MinValue, end, cancellationToken))
        {
            _entries++;
            if (entry.Number != last + 1)
            {
                Find(entry.Number < 1 ? $"Entry {entry.Number} was inserted." : $"Entries {last + 1} to {entry.Number - 1} are missing.");
            }
            else if (entry.Hash != AuditChain.HashOf(hash, entry))
            {
                Find($"Entry {entry.Number} was altered, or is not the one that was written after {last}.");
            }

            if (entry.Number == number)
            {
                isNoteFound = true;
                if (entry.Hash != noted)
                {
                    Find($"Entry {number} is not the one that was noted.");
                }
            }

            last = entry.Number;
            hash = entry.Hash;
        }

        if (!isNoteFound)
        {
            Find($"Entry {number}, which was noted, is missing.");
        }
    }

    private void CheckEnd(AuditRecord? newest, byte[]? proof)
    {
        if (chain.Open(proof) is not { } seal)
        {
            if (newest is not null || proof is not null)
            {
                Find("The seal on the newest entry is missing, or is not this server's: the end cannot be verified.");
            }
        }
        else if ((newest?.Number ?? 0) < seal.Number)
        {
            Find($"Entries {(newest?.Number ?? 0) + 1} to {seal.Number} are missing at the end.");
        }
        else if (newest!.Number > seal.Number || newest.Hash != seal.Hash)
        {
            Find($"Entry {newest.Number} is not the one that this server wrote last.");
        }
    }

    private void Find(string finding)
    {
        if (_findings.Count < MostFindings)
        {
            _findings.Add(finding);
        }
    }
}
