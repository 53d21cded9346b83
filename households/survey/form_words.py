"""What the survey's form, its position, photos, map and scanner say on the phone beside the questions themselves."""

from __future__ import annotations

from django.utils.translation import gettext as _


def form_words() -> dict[str, str]:
    """Return the words by the names that the modules of static/js/survey know them under, in the reader's language."""
    return {**_of_the_form(), **_of_the_position(), **_of_photos(), **_of_the_map(), **_of_the_scanner()}


def _of_the_form() -> dict[str, str]:
    return {
        "yes": _("Có"),
        "no": _("Không"),
        "needed": _("cần trả lời"),
        "clear": _("Bỏ chọn"),
        "addOne": _("Thêm %(one)s"),
        "people": _("Đã ghi %(count)s người."),
        "peopleFull": _("Đã ghi %(count)s người, nhiều nhất mà danh sách nhận; người nữa thì ghi vào ghi chú."),
        "nobody": _("Chưa ghi người nào."),
        "unnamed": _("(chưa có tên)"),
        "removePerson": _("Bỏ người này"),
        "removed": _("Đã bỏ: %(who)s."),
        "takeBack": _("Lấy lại"),
        "sizeDiffers": _(
            "Số người trong hộ ghi là %(size)s, danh sách có %(count)s người. Nếu đúng là vậy thì cứ gửi."
        ),
        "faults": _("Còn %(count)s mục cần sửa trước khi gửi:"),
        "saving": _("Đang giữ trên máy…"),
        "saved": _("Đã giữ trên máy."),
        "notSaved": _("Chưa giữ được trên máy: %(why)s. Đừng đóng trang này; %(advice)s rồi sửa lại một ô."),
        "noRoom": _("bộ nhớ của máy đã đầy"),
        "makeRoom": _("giải phóng bộ nhớ của máy"),
        "notWritten": _("trình duyệt không ghi được vào kho dữ liệu của trang"),
        "waitAWhile": _("đợi một lát"),
        "newerElsewhere": _("trang này đã được mở bằng bản mới hơn ở một thẻ khác"),
        "noteAndReload": _("chép phần vừa ghi ra chỗ khác, tải lại trang"),
        "finish": _("Xong, gửi khi có mạng"),
        "later": _("Để sau"),
        "nothingChanged": _(
            "Phiếu chưa có gì mới để gửi. Hãy sửa một mục, đo lại vị trí hoặc ghi chú; nếu không có gì thay đổi thì "
            "bấm Để sau."
        ),
        "notLeaving": _("Chưa rời trang được: phần vừa ghi chưa giữ được trên máy, vì %(why)s."),
        "notFinished": _(
            "Chưa xếp được phiếu vào hàng chờ gửi: %(why)s. Phiếu vẫn còn nguyên trên máy; %(advice)s rồi bấm Xong lần "
            "nữa."
        ),
        "keepAgain": _("Thử giữ lại"),
        "leaveUnkept": _("Rời đi, bỏ phần chưa giữ"),
        "throwAway": _("Bỏ phiếu này"),
        "throwAwayAsk": _("Bỏ mọi điều đang ghi dở của nhà này và %(photos)s ảnh? Không lấy lại được."),
        "notThrownAway": _("Chưa bỏ được phiếu: %(why)s. Phiếu vẫn còn nguyên trên máy; hãy thử lại, hoặc giữ phiếu."),
        "throwAwayYes": _("Bỏ phiếu"),
        "throwAwayNo": _("Giữ phiếu"),
        "notYoursAnyMore": _(
            "Bạn không còn quyền ghi phần chính sách, hộ nghèo. Những gì đã ghi dở ở phần đó được bỏ ra và không gửi "
            "đi."
        ),
        "otherTab": _(
            "Nhà này đang mở ở một trang khác của trình duyệt này. Nếu bấm Làm tiếp ở đây mà chưa được thì hãy mở "
            "trang kia rồi bấm Để sau."
        ),
        "openHere": _("Làm tiếp ở đây"),
        "sameHouse": _("Có thể nhà này đã có:"),
        "sameHouseStill": _("Có thể nhà này đã có. Nếu vẫn là nhà khác, bấm “Xong” lần nữa:"),
        "samePoint": _("cách %(metres)s m"),
        "sameNumber": _("cùng số nhà, cách %(metres)s m"),
        "sameNumberSomewhere": _("cùng số nhà"),
        "sameNameSomewhere": _("cùng tên chủ hộ"),
        "sameName": _("cùng tên chủ hộ, cách %(metres)s m"),
        "openThat": _("Mở nhà này"),
    }


def _of_the_position() -> dict[str, str]:
    return {
        "position": _("Vị trí cửa chính"),
        "standAtDoor": _("Đứng ở cửa chính rồi đo; kéo ghim nếu chưa đúng."),
        "measure": _("Đo vị trí"),
        "measureAgain": _("Đo lại"),
        "stop": _("Dừng, lấy kết quả này"),
        "measuring": _("Đang đo: %(fixes)s lần, tốt nhất ±%(metres)s m, còn %(seconds)s giây."),
        "awaiting": _("Đang chờ tín hiệu định vị, còn %(seconds)s giây."),
        "measured": _("Đã đo: ±%(metres)s m từ %(used)s trên %(fixes)s lần."),
        "placed": _("Đặt trên bản đồ."),
        "dragged": _("Đã kéo ghim, cách chỗ đo %(metres)s m; cả hai chỗ đều được giữ."),
        "poor": _("Sai số hơn 10 m. Nếu được, ra chỗ thoáng rồi đo lại, hoặc kéo ghim về đúng cửa."),
        "bad": _("Sai số hơn 20 m. Hãy đo lại, hoặc ghi lý do."),
        "reason": _("Lý do vị trí chưa chính xác"),
        "reasonNeeded": _("Vị trí sai số hơn 20 m: hãy đo lại, hoặc ghi lý do."),
        "doubtful": _("Máy báo sai số đúng 0 m: có thể vị trí do tay hoặc do phần mềm đặt. Điều này được ghi lại."),
        "far": _("Bạn đang cách nhà này %(metres)s m. Có đúng nhà này không? Bản gửi sẽ được xem lại."),
        "outside": _("Vị trí nằm ngoài thôn. Bản gửi sẽ được xem lại."),
        "outsideCommune": _("Vị trí nằm ngoài xã: hãy đo lại ở cửa nhà, hoặc kéo ghim về trong xã."),
        "newNeedsPlace": _("Nhà mới cần có vị trí: hãy đo ở cửa chính, hoặc kéo ghim trên bản đồ."),
        "denied": _("Trang này chưa được dùng vị trí. Cho phép trong phần cài đặt của trình duyệt, hoặc kéo ghim."),
        "noFix": _("Chưa bắt được tín hiệu định vị. Ra chỗ thoáng rồi đo lại, hoặc kéo ghim."),
        "pin": _("Cửa chính: kéo, hoặc dùng phím mũi tên"),
    }


def _of_photos() -> dict[str, str]:
    return {
        "takePhoto": _("Chụp ảnh"),
        "choosePhoto": _("Chọn ảnh có sẵn"),
        "photoPending": _("Đang thu nhỏ ảnh vừa chụp, xin chờ một chút…"),
        "photoGiveUp": _("Bỏ ảnh này, không chờ"),
        "photosFound": _("Máy còn giữ %(count)s ảnh của nhà này mà chưa phiếu nào ghi; ảnh đã được đưa lại vào phiếu."),
        "photoNumber": _("Ảnh %(number)s"),
        "removePhoto": _("Bỏ ảnh %(number)s"),
        "photoWorking": _("Đang thu nhỏ ảnh…"),
        "photosKept": _("%(count)s ảnh, %(size)s. Vị trí và thông tin máy ảnh đã được xóa khỏi ảnh."),
        "photoTooBig": _("Ảnh “%(name)s” nặng %(size)s; nhiều nhất là %(most)s. Hãy chụp lại ở cỡ thường."),
        "photoNoImage": _("“%(name)s” không phải ảnh mà máy này đọc được; hãy chụp lại hoặc chọn ảnh JPEG, PNG."),
        "photoTwice": _("Ảnh “%(name)s” đã có trong nhà này."),
        "photosFull": _("Mục này nhận nhiều nhất %(most)s ảnh; hãy bỏ bớt một ảnh trước."),
        "photoNotWritten": _(
            "Trình duyệt không ghi được vào kho dữ liệu của trang, ảnh “%(name)s” chưa được giữ. Hãy thử lại; nếu vẫn "
            "vậy thì tải lại trang."
        ),
        "photoNoRoom": _("Bộ nhớ của máy đã đầy, ảnh “%(name)s” chưa được giữ. Các ảnh và câu trả lời trước vẫn còn."),
    }


def _of_the_map() -> dict[str, str]:
    return {
        "map": _("Bản đồ các nhà của thôn"),
        "stateTodo": _("Chưa đến"),
        "stateDraft": _("Đang ghi dở"),
        "stateWaiting": _("Xong, chờ gửi"),
        "stateSent": _("Đã gửi"),
        "stateReturned": _("Trả lại để sửa"),
        "legend": _("Chú giải"),
        "here": _("Bạn ở đây"),
        "showHere": _("Chỗ tôi đứng"),
        "addHere": _("Thêm nhà ở giữa bản đồ"),
        "noNumber": _("không số"),
    }


def _of_the_scanner() -> dict[str, str]:
    return {
        "scan": _("Quét biển số"),
        "closeScan": _("Thôi quét"),
        "aim": _("Đưa mã trên biển vào giữa khung."),
        "typeCode": _("Hoặc gõ mã trên biển, mã nhà"),
        "find": _("Tìm"),
        "noCamera": _("Chưa dùng được máy ảnh; hãy cho phép trong cài đặt của trình duyệt, hoặc gõ mã trên biển."),
        "noReader": _("Máy này chưa tải bộ đọc mã; mở một lần khi có mạng, hoặc gõ mã trên biển."),
        "noPlate": _("Mã này không phải mã biển số nhà; hãy quét mã vuông trên biển."),
        "whichHouse": _("Chỗ này có nhiều nhà; chọn đúng nhà:"),
        "unknownPlate": _("Máy chưa biết biển này: mới cấp, hoặc đã thôi dùng. Nếu đúng nhà này thì mở:"),
        "notHere": _("Biển này không phải của nhà nào trong các thôn đã tải về máy."),
    }
