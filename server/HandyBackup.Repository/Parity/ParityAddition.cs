using System.Buffers;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Gives sidecars to the files that have none, such as those that restic wrote, and removes sidecars whose file is gone. It can be stopped and started
/// again: what has a sidecar is not read.
/// </summary>
internal sealed class ParityAddition(OpenRepository repository, RepairReport report)
{
    private long _added;

    /// <summary>Runs the addition.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if the repository wants no parity, or a store error.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (repository.ParityPercent == 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The repository in '{repository.Store.Location}' has no parity.")
            {
                Target = repository.Store.Location,
                Advice = "Switch it on first, with Set-HBRepository -ParityPercent 3.",
            };
        }

        foreach (StoreFileKind kind in ParityName.Kinds)
        {
            // One more than processors, so that they have work while a pack is being read.
            var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount + 1, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(repository.Files.ListAsync(kind, cancellationToken), options, (info, token) => AddAsync(new StoreFile(kind, info.Name), info.Size, token));
        }

        long added = Interlocked.Read(ref _added);
        if (added > 0)
        {
            await report.AddProtectedAsync(added, cancellationToken);
        }

        await new OrphanedSidecars(repository, await LoadIndexAsync(cancellationToken), files: null, report).RunAsync(cancellationToken);
    }

    private async Task<BlobIndex> LoadIndexAsync(CancellationToken cancellationToken) => (await new IndexSurvey(repository).LoadAsync(cancellationToken)).Blobs;

    private async ValueTask AddAsync(StoreFile file, long size, CancellationToken cancellationToken)
    {
        bool isNamed = file.Kind == StoreFileKind.Config || Sha256Hash.TryParse(file.Name, out _);
        if (!isNamed || size > ParityLayout.MaxFileSize || await repository.Sidecars.ExistsAsync(file, cancellationToken))
        {
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            Memory<byte> content = buffer.AsMemory(0, (int)size);
            await repository.Store.LoadAsync(file, 0, content, cancellationToken);
            await ProtectAsync(file, content, cancellationToken);
        }
        catch (StoreException exception) when (exception.Error == StoreError.NotFound)
        {
            // Another program removed it since it was listed.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        report.CountItem(FileErrors.PathOf(file), size);
    }

    private async Task ProtectAsync(StoreFile file, Memory<byte> content, CancellationToken cancellationToken)
    {
        bool isIntact = file.Kind == StoreFileKind.Config
            ? UnpackedFileCodec.TryDecodeConfig(repository.MasterKey, content.Span, out _)
            : StoredFiles.IsIntact(file, content.Span);
        if (!isIntact)
        {
            // Parity of it would keep the damage.
            HandyBackupException damage = FileErrors.Damaged(file, "is damaged and gets no parity. Repair-HBRepository without -AddParity repairs it");
            await report.AddAsync(RepairOutcome.Lost, damage.Code, FileErrors.PathOf(file), damage.Message, cancellationToken);
            return;
        }

        if (!report.PlanOnly)
        {
            await repository.Sidecars.SaveAsync(file, content, repository.ParityPercent, cancellationToken);
        }

        Interlocked.Increment(ref _added);
    }
}
