using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.Http;

/// <summary>
/// Looks at an answer as it comes in: one that is larger than any of Azure's is refused before it fills the memory, and a byte order mark,
/// which JSON does not have and some proxies add, is taken away.
/// </summary>
internal sealed class AnswerGuardPolicy : HttpPipelineSynchronousPolicy
{
    /// <summary>The largest answer, in bytes. Resource Manager's own pages are below 8 MB.</summary>
    internal const int Largest = 16 * 1024 * 1024;

    public override void OnReceivedResponse(HttpMessage message)
    {
        if (message.Response.ContentStream is not { } stream) return;
        var path = message.Request.Uri.ToUri().AbsolutePath;
        if (message.Response.Headers.ContentLengthLong > Largest) throw Problems.AnswerTooLarge(path, Largest);
        message.Response.ContentStream = new GuardedStream(stream, path);
    }

    private sealed class GuardedStream(Stream inner, string path) : Stream
    {
        private const int MarkLength = 3;
        private readonly byte[] _mark = new byte[MarkLength];
        private int _markStart = -1;
        private int _markEnd;
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) =>
            ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_markStart < 0) await BeginAsync(cancellationToken).ConfigureAwait(false);
            int got;
            if (_markStart < _markEnd)
            {
                got = Math.Min(buffer.Length, _markEnd - _markStart);
                _mark.AsMemory(_markStart, got).CopyTo(buffer);
                _markStart += got;
            }
            else
            {
                got = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }

            _read += got;
            return _read > Largest ? throw Problems.AnswerTooLarge(path, Largest) : got;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        private async Task BeginAsync(CancellationToken cancel)
        {
            _markStart = 0;
            _markEnd = await inner.ReadAtLeastAsync(_mark, MarkLength, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
            if (_mark.AsSpan(0, _markEnd).SequenceEqual("\uFEFF"u8)) _markStart = _markEnd;
        }
    }
}
