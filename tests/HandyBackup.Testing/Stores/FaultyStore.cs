using System.Runtime.CompilerServices;
using HandyBackup.Stores;

namespace HandyBackup.Testing;

/// <summary>Passes everything on to another store, except for the faults that were scripted. A call that several faults fit meets the one that was scripted first.</summary>
public sealed class FaultyStore : IStore
{
    private readonly IStore _inner;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<ScriptedFault> _faults = [];
    private readonly Dictionary<(StoreOperation Operation, StoreFileKind? Kind), int> _calls = [];

    public FaultyStore(IStore inner, TimeProvider? time = null)
    {
        _inner = inner;
        _time = time ?? TimeProvider.System;
    }

    public string Location => _inner.Location;

    public bool ListsAtOnce => _inner.ListsAtOnce;

    public void Script(StoreFault fault)
    {
        lock (_gate)
        {
            _faults.Add(new ScriptedFault(fault));
        }
    }

    /// <summary>Forgets all faults.</summary>
    public void Heal()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }

    /// <summary>How often an operation was called, struck or not.</summary>
    public int CallsOf(StoreOperation operation)
    {
        lock (_gate)
        {
            return _calls.Where(calls => calls.Key.Operation == operation).Sum(calls => calls.Value);
        }
    }

    /// <summary>How often an operation was called for a kind of file, struck or not.</summary>
    public int CallsOf(StoreOperation operation, StoreFileKind kind)
    {
        lock (_gate)
        {
            return _calls.GetValueOrDefault((operation, kind));
        }
    }

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        await StrikeAsync(StoreOperation.Create, null, cancellationToken);
        await _inner.CreateAsync(cancellationToken);
    }

    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        await StrikeAsync(StoreOperation.IsEmpty, null, cancellationToken);
        return await _inner.IsEmptyAsync(cancellationToken);
    }

    public async IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoreFault? fault = await MeetAsync(StoreOperation.List, kind, cancellationToken);
        int left = Limit(fault, fault?.ListedFiles);
        await foreach (StoreFileInfo file in _inner.ListAsync(kind, cancellationToken))
        {
            if (left-- == 0)
            {
                break;
            }

            yield return file;
        }

        ThrowError(fault);
    }

    public async Task<long?> FindSizeAsync(StoreFile file, CancellationToken cancellationToken)
    {
        await StrikeAsync(StoreOperation.FindSize, file.Kind, cancellationToken);
        return await _inner.FindSizeAsync(file, cancellationToken);
    }

    public async ValueTask LoadAsync(StoreFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await StrikeAsync(StoreOperation.Load, file.Kind, cancellationToken);
        await _inner.LoadAsync(file, offset, destination, cancellationToken);
    }

    public async Task SaveAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        StoreFault? fault = await MeetAsync(StoreOperation.Save, file.Kind, cancellationToken);
        int limit = Limit(fault, fault?.SavedBytes);
        if (limit > 0)
        {
            await _inner.SaveAsync(file, limit < int.MaxValue ? Cut(parts, limit) : parts, cancellationToken);
        }

        ThrowError(fault);
    }

    public async Task ReplaceAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        StoreFault? fault = await MeetAsync(StoreOperation.Replace, file.Kind, cancellationToken);
        int limit = Limit(fault, fault?.SavedBytes);
        if (limit > 0)
        {
            await _inner.ReplaceAsync(file, limit < int.MaxValue ? Cut(parts, limit) : parts, cancellationToken);
        }

        ThrowError(fault);
    }

    public async Task RemoveAsync(StoreFile file, CancellationToken cancellationToken)
    {
        await StrikeAsync(StoreOperation.Remove, file.Kind, cancellationToken);
        await _inner.RemoveAsync(file, cancellationToken);
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        await StrikeAsync(StoreOperation.Delete, null, cancellationToken);
        await _inner.DeleteAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private static int Limit(StoreFault? fault, int? scripted) => scripted ?? (fault?.Error is null ? int.MaxValue : 0);

    private static ReadOnlyMemory<byte>[] Cut(IReadOnlyList<ReadOnlyMemory<byte>> parts, int limit) =>
        [parts.SelectMany(part => part.ToArray()).Take(limit).ToArray()];

    private static void ThrowError(StoreFault? fault)
    {
        if (fault?.Error is StoreError error)
        {
            throw new StoreException(error, $"Scripted fault: {fault.Operation} ends with {error}.");
        }
    }

    private async Task StrikeAsync(StoreOperation operation, StoreFileKind? kind, CancellationToken cancellationToken) =>
        ThrowError(await MeetAsync(operation, kind, cancellationToken));

    private async Task<StoreFault?> MeetAsync(StoreOperation operation, StoreFileKind? kind, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StoreFault? fault;
        lock (_gate)
        {
            _calls[(operation, kind)] = _calls.GetValueOrDefault((operation, kind)) + 1;
            ScriptedFault[] struck = [.. _faults.Where(scripted => scripted.Strikes(operation, kind))];
            fault = struck.FirstOrDefault()?.Fault;
        }

        if (fault is { Delay: var delay } && delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _time, cancellationToken);
        }

        return fault;
    }

    private sealed class ScriptedFault(StoreFault fault)
    {
        private int _seen;

        public StoreFault Fault => fault;

        public bool Strikes(StoreOperation operation, StoreFileKind? kind)
        {
            if (operation != fault.Operation || (fault.Kind is not null && kind != fault.Kind))
            {
                return false;
            }

            int turn = _seen++ - fault.Skip;
            return turn >= 0 && turn % fault.Every == 0 && turn / fault.Every < fault.Times;
        }
    }
}
