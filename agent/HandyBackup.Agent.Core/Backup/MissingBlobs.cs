using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Asks the repository which blobs it lacks. A repository in this process is asked at once. As soon as one lets us wait, questions that come up
/// while an answer is under way are put together into the next call, so a distant one is asked as often as it answers, and no question
/// is held back for company. Safe for several threads.
/// </summary>
internal sealed class MissingBlobs(IIngest ingest, BlobType type, CancellationToken cancellationToken)
{
    // 4,096 ids are 128 KiB on the wire.
    private const int MostIdsInACall = 4096;

    [ThreadStatic]
    private static Question? s_spare;

    private readonly Lock _lock = new();
    private readonly Queue<Question> _waiting = new();
    private volatile bool _answersLate;
    private bool _isAsking;

    /// <summary>True if the repository lacks the blob.</summary>
    public ValueTask<bool> IsMissingAsync(BlobId id)
    {
        Question question = Interlocked.Exchange(ref s_spare, null) ?? new Question();
        question.Own[0] = id;
        question.Ids = question.Own;
        return AskAsync(question);
    }

    /// <summary>True if the repository lacks at least one of the blobs.</summary>
    public async ValueTask<bool> IsAnyMissingAsync(IReadOnlyList<BlobId> ids)
    {
        ReadOnlyMemory<BlobId> left = ids as BlobId[] ?? [.. ids];
        while (!left.IsEmpty)
        {
            int count = Math.Min(left.Length, MostIdsInACall);
            if (await AskAsync(new Question { Ids = left[..count] }))
            {
                return true;
            }

            left = left[count..];
        }

        return false;
    }

    private ValueTask<bool> AskAsync(Question question)
    {
        if (_answersLate)
        {
            return new ValueTask<bool>(WaitInLineAsync(question));
        }

        Memory<bool> missing = question.RentAnswer();
        ValueTask call = ingest.FindMissingAsync(question.Ids, type, missing, cancellationToken);
        if (!call.IsCompletedSuccessfully)
        {
            return WaitAsync(call, missing);
        }

        bool isAnyMissing = missing.Span.Contains(true);
        s_spare = question;
        return new ValueTask<bool>(isAnyMissing);
    }

    private async ValueTask<bool> WaitAsync(ValueTask call, Memory<bool> missing)
    {
        _answersLate = true;
        await call;
        return missing.Span.Contains(true);
    }

    private Task<bool> WaitInLineAsync(Question question)
    {
        question.Answered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue(question);
            if (_isAsking)
            {
                return question.Answered.Task;
            }

            _isAsking = true;
        }

        _ = AskForAllAsync();
        return question.Answered.Task;
    }

    // Never throws: a failure is handed to whoever asked.
    private async Task AskForAllAsync()
    {
        var batch = new List<Question>();
        var ids = new BlobId[MostIdsInACall];
        var missing = new bool[MostIdsInACall];
        while (TakeBatch(batch, ids) is var count and > 0)
        {
            try
            {
                missing.AsSpan(0, count).Clear();
                await ingest.FindMissingAsync(ids.AsMemory(0, count), type, missing.AsMemory(0, count), cancellationToken);
                int start = 0;
                foreach (Question question in batch)
                {
                    question.Answered!.SetResult(missing.AsSpan(start, question.Ids.Length).Contains(true));
                    start += question.Ids.Length;
                }
            }
            catch (Exception exception)
            {
                batch.ForEach(question => question.Answered!.TrySetException(exception));
            }
        }
    }

    private int TakeBatch(List<Question> batch, BlobId[] ids)
    {
        batch.Clear();
        int count = 0;
        lock (_lock)
        {
            while (_waiting.TryPeek(out Question? question) && count + question.Ids.Length <= ids.Length)
            {
                question.Ids.CopyTo(ids.AsMemory(count));
                count += question.Ids.Length;
                batch.Add(_waiting.Dequeue());
            }

            _isAsking = count > 0;
        }

        return count;
    }

    private sealed class Question
    {
        private bool[] _answer = new bool[1];

        public BlobId[] Own { get; } = new BlobId[1];

        public ReadOnlyMemory<BlobId> Ids { get; set; }

        public TaskCompletionSource<bool>? Answered { get; set; }

        public Memory<bool> RentAnswer()
        {
            if (_answer.Length < Ids.Length)
            {
                _answer = new bool[Ids.Length];
            }

            Memory<bool> answer = _answer.AsMemory(0, Ids.Length);
            answer.Span.Clear();
            return answer;
        }
    }
}
