namespace HandyBackup.Rpc.Tests.Proof;

/// <summary>Tests that measure the memory of the whole process: no others may run beside them.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;
